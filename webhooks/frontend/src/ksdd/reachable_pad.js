// The menu beside a shape stays where it can be clicked, also when the shape or the end of a flow
// lies outside of what is shown.
import ContextPad from "diagram-js/lib/features/context-pad/ContextPad";

/** what the menu needs, and its distance from the edge, in pixels */
const SIZE = { width: 110, height: 150 };
const EDGE = 8;

const within = (value, most) => Math.max(EDGE, Math.min(value, most));

class ReachablePad extends ContextPad {
  _getPosition(target) {
    const { left, top } = super._getPosition(target);
    const { clientWidth, clientHeight } = this._canvas.getContainer();
    return { left: within(left, clientWidth - SIZE.width), top: within(top, clientHeight - SIZE.height) };
  }
}
ReachablePad.$inject = ContextPad.$inject;

export default { contextPad: ["type", ReachablePad] };
