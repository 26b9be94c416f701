// A server component around a client component, which is rendered on the server first.

import Proof from "./proof.js";

export default function Page() {
  return <Proof />;
}
