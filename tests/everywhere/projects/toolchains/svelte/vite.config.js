import { sveltekit } from "@sveltejs/kit/vite";

// The package becomes part of the server's own files.
export default { plugins: [sveltekit()], ssr: { noExternal: ["act-one"] } };
