// The names of what is stored: a task's video and a caller's upload, in the bucket and in this Worker's URLs. They are
// unguessable, and whoever has a URL may read the file: neither a player nor the service can send a token.

const OUTPUT = /^\/outputs\/([\w-]{43})$/;
const UPLOAD = /^\/uploads\/([\w-]{43}\.[a-z0-9]{2,5})$/;

/** `outputId` is a `randomSecret`. */
export function outputKey(outputId: string): string {
  return `outputs/${outputId}`;
}

/** `uploadId` is a `randomSecret` with the file's ending. */
export function uploadKey(uploadId: string): string {
  return `uploads/${uploadId}`;
}

export function uploadUrl(home: string, uploadId: string): string {
  return `${home}/uploads/${uploadId}`;
}

/** @returns the key of the file that a path names: nothing else is ever asked of the bucket */
export function storedFileAt(path: string): string | undefined {
  const output = path.match(OUTPUT)?.[1];
  if (output !== undefined) return outputKey(output);
  const upload = path.match(UPLOAD)?.[1];
  return upload === undefined ? undefined : uploadKey(upload);
}

/** The uploads of this Worker's among URLs. */
export function uploadsAmong(urls: string[], home: string): string[] {
  return urls.flatMap((url) => {
    const path = url.startsWith(`${home}/`) ? url.slice(home.length) : "";
    return path.match(UPLOAD)?.[1] ?? [];
  });
}
