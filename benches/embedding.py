#!/usr/bin/env python3
"""Python's onnxruntime over the same texts as `embedding.rs`, tokens ready and one thread: tokens per CPU second.

    cargo bench --bench embedding -- graph target/model.onnx
    GRAPH=target/model.onnx benches/embedding.py        # wants the packages onnxruntime and tokenizers

Without GRAPH it runs the model as it is shipped, with weights of 8 bits. kmsite's speed by the same library (`ORT_DYLIB_PATH=… cargo bench --bench
embedding`) is to be 1.15 times this at least.
"""
import os
import pathlib
import statistics
import time

import numpy
import onnxruntime
from tokenizers import Tokenizer

ROUNDS = 3
root = pathlib.Path(__file__).parent.parent
model = root / "models" / "minilm-zh-en"

tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
tokenizer.no_padding()
tokenizer.enable_truncation(256)
graph = os.environ.get("GRAPH", str(model / "model_w8.onnx"))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def run(ids):
    array = numpy.array([ids], dtype=numpy.int64)
    inputs = {"input_ids": array, "attention_mask": numpy.ones_like(array), "token_type_ids": numpy.zeros_like(array)}
    hidden = session.run(None, inputs)[0][0]
    vector = hidden.mean(0)
    return vector / numpy.linalg.norm(vector)


texts = [tokenizer.encode(path.read_text(encoding="utf-8")).ids for path in sorted((root / "content").rglob("*.md"))]
run(texts[0])
speeds = []
for _ in range(ROUNDS):
    before = time.process_time()
    for ids in texts:
        run(ids)
    speeds.append(sum(map(len, texts)) / (time.process_time() - before))
print(f"Python's onnxruntime {onnxruntime.__version__}: {statistics.median(speeds):.0f} tokens per CPU second")
