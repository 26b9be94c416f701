// The package becomes part of what is transformed, as with libraries that vite has to see.

export default { test: { server: { deps: { inline: ["act-one"] } } } };
