// What is not on the server yet, in this browser, for this person and this dossier alone.

const OLDEST = 30 * 24 * 3600 * 1000;

export class Drafts {
  constructor(author, address) {
    this.prefix = `grants:${author}:${address}:`;
  }

  keep(key, inputs, token) {
    this.#try(() =>
      localStorage.setItem(this.prefix + key, JSON.stringify({ inputs, token, at: Date.now() })),
    );
  }

  forget(key) {
    this.#try(() => localStorage.removeItem(this.prefix + key));
  }

  // {inputs: [[name, text]], token, at}, or null.
  kept(key) {
    const text = this.#try(() => localStorage.getItem(this.prefix + key));
    if (!text) return null;
    const draft = this.#try(() => JSON.parse(text));
    if (!draft || Date.now() - draft.at > OLDEST) {
      this.forget(key);
      return null;
    }
    return draft;
  }

  // A full or forbidden storage only means that there is no second copy.
  #try(action) {
    try {
      return action();
    } catch {
      return null;
    }
  }
}
