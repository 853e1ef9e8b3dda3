// What a network may dream of: the layer of VGG-19 whose activation grows (docs/dream.md).

export const DREAMS = {
  spots: { layer: "relu2_2" },
  flames: { layer: "relu3_3" },
  eyes: { layer: "relu4_2" },
  animals: { layer: "relu5_1" },
};
