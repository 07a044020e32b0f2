"""Fit one classifier on one dataset: `python -m training.fitting RUN_DIR`, files in, files out.

Plain Python without Django, so a run folder can be carried to another host and run there.

    RUN_DIR/config.json            in   a FitConfig
    RUN_DIR/dataset/train.jsonl    in   {"id", "text", "label", "agreement"?} per line
    RUN_DIR/dataset/test.jsonl     in   the same
    RUN_DIR/progress.json          out  {"step", "steps", "loss"}, replaced while it runs
    RUN_DIR/metrics.json           out  scores on the test rows
    RUN_DIR/predictions.parquet    out  id, gold, predicted, one probability column per label
    RUN_DIR/model/                 out  the model for new texts, when the config asks for it
    RUN_DIR/environment.json       out  versions, processor, threads
    RUN_DIR/manifest.json          out  written last: SHA-256 of inputs and outputs

`python -m training.fitting.serve RUN_DIR` judges new texts with a kept model.

A folder with a manifest that matches is finished and is never fitted again; any other folder is
fitted from the beginning.
"""
