/** The drawing cannot be judged now. */
export class GraderUnavailable extends Error {}
