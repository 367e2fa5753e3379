// Searching the drawing: shapes before the flows between them, what is found can be read, and the
// search stays open when the drawing changes behind it.
import BpmnSearchProvider from "bpmn-js/lib/features/search/BpmnSearchProvider";
import SearchPad from "diagram-js/lib/features/search-pad/SearchPad";

class Searching extends BpmnSearchProvider {
  find(pattern) {
    const isFlow = ({ element }) => (element.waypoints ? 1 : 0);
    return super.find(pattern).sort((one, other) => isFlow(one) - isFlow(other));
  }
}
Searching.$inject = BpmnSearchProvider.$inject;

/**
 * The panel writes what was typed a moment later, and names come with the answer to a save: neither
 * may close a search that was begun meanwhile, nor throw away its words.
 */
class PatientSearchPad extends SearchPad {
  constructor(canvas, eventBus, selection, translate) {
    super(canvas, eventBus, selection, translate);
    eventBus.on("import.done", () => this.searchAgain());
  }

  close(why) {
    if (why?.type === "elements.changed") this.searchAgain();
    else super.close(why);
  }

  /** What was found may be there no longer: the same words are looked for once more. */
  searchAgain() {
    const words = this._searchInput.value;
    if (this.isOpen() && words) this._search(words);
  }
}
PatientSearchPad.$inject = SearchPad.$inject;

export default {
  bpmnSearch: ["type", Searching],
  searchPad: ["type", PatientSearchPad],
};
