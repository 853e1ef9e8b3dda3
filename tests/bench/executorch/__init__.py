"""ExecuTorch beside onnxruntime and torch, in an environment of its own."""
