// The samples to start from. They are files of this page's server, so they never need an upload.

/** @typedef {{ id: string, url: string, picture: string }} Sample */

/** @param {string} file */
const at = (file) => new URL(`/samples/${file}`, location.href).href;

/** @type {Record<"video" | "image", Sample[]>} */
export const samples = {
  video: [
    { id: "first", url: at("performance.mp4"), picture: at("performance.jpg") },
    { id: "second", url: at("second.mp4"), picture: at("second.jpg") },
  ],
  image: [
    { id: "fox", url: at("portrait.jpg"), picture: at("portrait.jpg") },
    { id: "arctic", url: at("arctic.jpg"), picture: at("arctic.jpg") },
    { id: "violet", url: at("violet.jpg"), picture: at("violet.jpg") },
  ],
};
