// `/`: what this is, for whoever opens the Worker's URL in a browser. It says nothing about who runs it or who may call.

const TEXT = `This is an act-one Worker. It runs Runway's Act-One through CometAPI for callers with a token.

POST /runway/pro/act_one   creates a paid task: {"video": URL, "image": URL}
POST /runway/feed          reads it: {"task_id": "..."}
POST /uploads              takes a file and returns a URL for it
GET  /api/task/self        lists your tasks
GET  /healthz              says whether this Worker is set up

In JavaScript: npm install act-one, and set the option baseUrl to this URL.
`;

export function welcome(): Response {
  return new Response(TEXT, { headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
