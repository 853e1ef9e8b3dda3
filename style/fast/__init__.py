"""Fast style: one small network paints a picture at once, in onnxruntime, without torch.

`paint(image, "wave")` paints; `FastStyle.load().names` are the styles.
"""

from style.fast.network import FastStyle
from style.fast.painting import paint

__all__ = ["FastStyle", "paint"]
