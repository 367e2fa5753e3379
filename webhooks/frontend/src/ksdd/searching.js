// Searching the drawing: shapes before the flows between them, and what is found can be read.
import BpmnSearchProvider from "bpmn-js/lib/features/search/BpmnSearchProvider";

class Searching extends BpmnSearchProvider {
  find(pattern) {
    const isFlow = ({ element }) => (element.waypoints ? 1 : 0);
    return super.find(pattern).sort((one, other) => isFlow(one) - isFlow(other));
  }
}
Searching.$inject = BpmnSearchProvider.$inject;

export default { bpmnSearch: ["type", Searching] };
