// The styles that the service paints in at once (docs/fast.md).

export const FAST_STYLES = [
  "wave",
  "fuji",
  "plum",
  "starry-night",
  "wheat-field",
  "scream",
  "sumi",
  "seigaiha",
  "asanoha",
  "woodcut",
  "stained-glass",
  "mosaic",
];
