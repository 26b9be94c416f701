// The URLs that the service calls when a task has ended. Callbacks carry no signature, so each task's URL carries a
// secret, and what a callback says is only ever a hint to look.

const FORM = /^\/callback\/([^/]+)\/([^/]+)$/;

export function callbackUrlOf(origin: string, taskId: string, secret: string): string {
  return `${origin}${callbackPathOf(taskId, secret)}`;
}

export function callbackPathOf(taskId: string, secret: string): string {
  return `/callback/${taskId}/${secret}`;
}

export function readCallbackPath(path: string): { taskId: string; secret: string } | undefined {
  const [, taskId, secret] = path.match(FORM) ?? [];
  return taskId === undefined || secret === undefined ? undefined : { taskId, secret };
}
