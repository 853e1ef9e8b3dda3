// Grades and reads kanji in the browser as the service does. See README.md beside this file.

export { inkFromColumns } from "./ink.js";
export { referenceFrom } from "./reference.js";
export { PackedReferences } from "./packed-references.js";
export { grade, gradeJson } from "./grading/grade.js";
export { gradeSoFar, soFarJson } from "./grading/so-far.js";
export { Recognizer, sureReading } from "./recognizer/recognize.js";
export { carefulReading, recognize } from "./recognizer/second-look.js";
