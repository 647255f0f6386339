// Texts to begin with.

import deployment from "./examples/deployment.yaml?raw";
import image from "./examples/image.json?raw";
import service from "./examples/service.Dockerfile?raw";

/** An example: its name in the list and its text. */
export interface Example {
  readonly name: string;
  readonly text: string;
}

export const EXAMPLES: readonly [Example, ...Example[]] = [
  { name: "Dockerfile of a web service", text: service },
  { name: "Kubernetes deployment", text: deployment },
  { name: "Image config", text: image },
];
