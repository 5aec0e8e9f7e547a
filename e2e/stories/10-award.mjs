// The same without scripts, in a county of its own: a demo's village has one project at work.
export { name, run } from "./09-award.mjs";
export const modes = ["nojs"];
