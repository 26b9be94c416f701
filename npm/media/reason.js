/** Why something failed, in the runtime's words; Node has those of a request in the cause. */
export function reasonOf(thrown) {
  try {
    return String(thrown?.cause?.code ?? thrown?.cause?.message ?? thrown?.message ?? thrown);
  } catch {
    return "for an unknown reason";
  }
}
