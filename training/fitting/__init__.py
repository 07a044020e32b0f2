"""Fit one classifier on one dataset: `python -m training.fitting RUN_DIR`, files in, files out.

Plain Python without Django, so a run folder can be carried to another host and run there.

    RUN_DIR/config.json              in   a FitConfig
    RUN_DIR/dataset/train.jsonl      in   {"id", "text", "label", …} per line; see `rows.Row`
    RUN_DIR/dataset/test.jsonl       in   the same
    RUN_DIR/dataset/validation.jsonl in   the same, if training is to stop by them
    RUN_DIR/progress.json            out  {"step", "steps", "loss"}, replaced while it runs
    RUN_DIR/metrics.json             out  scores on the test rows, and what was decided on the way
    RUN_DIR/predictions.parquet      out  id, gold, predicted, one probability column per label
    RUN_DIR/dynamics.parquet         out  how each training row was learned, when asked for
    RUN_DIR/model/                   out  the model for new texts, when the config asks for it
    RUN_DIR/environment.json         out  versions, processor, threads
    RUN_DIR/manifest.json            out  written last: SHA-256 of inputs and outputs
    RUN_DIR/checkpoints/             aside, while a transformer is trained; gone when finished
    RUN_DIR/../.fit-cache/           aside, tokens and vectors by content, for all runs beside it

`python -m training.fitting.serve RUN_DIR` judges new texts with a kept model.

A folder with a manifest that matches is finished and is never fitted again. Any other folder is
fitted: from its newest checkpoint where the inputs are the same, else from the beginning; the
numbers are the same either way. Where a fit breaks off it says why in one sentence.

On several cards: `accelerate launch --num_processes 2 -m training.fitting RUN_DIR`; a step takes
the same rows, shared out, and the first process alone writes.
"""
