// The same walk in the other modes, in a county of its own: a demo's village has no more than two decisions that nothing was built of.
export { name, run } from "./05-road.mjs";
export const modes = ["elder", "en"];
