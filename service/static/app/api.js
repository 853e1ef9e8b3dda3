// The public API (docs/app.md), and its two kinds of failure.

const TIMEOUT_MS = 20_000;

/** The service answered with a problem (RFC 9457). */
export class Problem extends Error {
  /** `sent`: the body of the request, in which `errors` name fields. */
  constructor(status, body, sent) {
    super(body.detail ?? body.title ?? `${status}`);
    this.status = status;
    this.type = typeOf(body);
    this.errors = body.errors ?? [];
    this.sent = sent;
  }
}

/** There was no answer, or one that says: later. */
export class Unreachable extends Error {
  constructor(message, body = {}) {
    super(message);
    this.type = typeOf(body);
  }
}

const typeOf = ({ type = "" }) => type.split("#problem-").at(-1);

let token = null;

/** The token that later requests send; null for none. */
export function useToken(given) {
  token = given;
}

export const usedToken = () => token;

/** The response of a request. `body` is sent as it is if it is a form or a file, else as JSON. */
export async function request(method, path, { body, headers = {}, signal, timeout } = {}) {
  const isRaw = body instanceof Blob || body instanceof FormData;
  const all = { ...headers };
  if (token) all.Authorization = `Bearer ${token}`;
  if (body !== undefined && !isRaw) all["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: all,
      body: body === undefined || isRaw ? body : JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(timeout ?? TIMEOUT_MS),
      cache: "no-store",
    });
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (response.ok || response.status === 304) return response;
  const said = await response.json().catch(() => ({}));
  if ([502, 503, 504].includes(response.status)) throw new Unreachable(`${response.status}`, said);
  throw new Problem(response.status, said, body);
}

/** The JSON of an answer. */
export async function ask(method, path, body, options = {}) {
  return jsonOf(await request(method, path, { ...options, body }));
}

/** The JSON of a response. Where it is none, a portal of the network answered, or it was cut off. */
export const jsonOf = (response) =>
  response.json().catch((error) => {
    throw new Unreachable(error.message);
  });

export const kanjiPath = (kanji) => `/v1/kanji/${encodeURIComponent(kanji)}`;
