"use client";

import { useEffect } from "react";
import { ActOneError, createClient, run, watchTask } from "act-one";
import { wholeTask } from "../../whole-task.js";

export default function Proof() {
  useEffect(() => {
    import("../../report.js").then(({ report, service }) =>
      report(wholeTask({ ActOneError, createClient, run, watchTask }, service)),
    );
  }, []);
  return <p>{typeof run}</p>;
}
