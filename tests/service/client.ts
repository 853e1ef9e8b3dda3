// The flow of docs/app.md, as an app would write it with a client made from the OpenAPI document.
// tests/service/test_typescript_client.py has it type-checked; it is not run.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Card = components["schemas"]["QueueCard"];
type Attempt = components["schemas"]["AttemptEvent"];
type ReviewEvent = paths["/v1/reviews"]["post"]["requestBody"]["content"]["application/json"]["events"][number];

const anonymous = createClient<paths>({ baseUrl: "https://hitsujun.example" });

function withToken(token: string) {
  return createClient<paths>({
    baseUrl: "https://hitsujun.example",
    headers: { Authorization: `Bearer ${token}` },
  });
}

type Client = ReturnType<typeof withToken>;

export async function start(name: string, code?: string): Promise<string> {
  const { data, error } = await anonymous.POST("/v1/devices", { body: { name, code } });
  if (error) throw new Error(`${error.status} ${error.title}: ${error.detail ?? ""}`);
  return data.token;
}

export async function prefetch(client: Client, etag?: string): Promise<Card[] | null> {
  const headers = etag ? { "If-None-Match": etag } : undefined;
  const { data, response } = await client.GET("/v1/queue", {
    params: { query: { limit: 20 } },
    headers,
  });
  if (response.status === 304) return null;
  return data?.cards ?? [];
}

export async function grade(card: Card, x: number[], y: number[]): Promise<string> {
  const { data } = await anonymous.POST("/v1/grade", {
    body: { character: card.kanji, strokes: [{ x, y }], leniency: card.leniency },
  });
  if (data && "verdict" in data) return data.advice[0]?.text.en ?? data.verdict;
  return data?.is_right ? "go on" : "not yet";
}

export function attempt(card: Card, id: string, misses: number): Attempt {
  return { kind: "attempt", id, at: new Date().toISOString(), kanji: card.kanji, misses };
}

export async function send(client: Client, events: ReviewEvent[]): Promise<string[]> {
  const { data, error } = await client.POST("/v1/reviews", { body: { events } });
  if (error) throw new Error(error.title);
  return data.results.filter((one) => one.status === "refused").map((one) => one.reason ?? "");
}

export async function linkCode(client: Client): Promise<string> {
  const { data } = await client.POST("/v1/link-codes", { body: {} });
  return data?.code ?? "";
}

export async function revoke(client: Client, name: string): Promise<void> {
  const { data } = await client.GET("/v1/devices");
  const lost = data?.devices.find((one) => one.name === name && !one.is_caller);
  if (lost) await client.DELETE("/v1/devices/{device_id}", { params: { path: { device_id: lost.id } } });
}

export async function settle(client: Client): Promise<number> {
  await client.PATCH("/v1/settings", {
    body: { decks: ["jlpt-5"], quiet: ["23:00", "06:30"], time_zone: "Asia/Tokyo" },
  });
  const { data } = await client.GET("/v1/stats");
  return data?.streak.days ?? 0;
}

export async function picture(client: Client, content: Blob, style: Blob): Promise<string | null> {
  const form = new FormData();
  form.append("content", content);
  form.append("style", style);
  const { data: job } = await client.POST("/v1/stylizations", {
    body: { content: "", style: [""] },
    bodySerializer: () => form,
  });
  if (!job) return null;
  const { data } = await client.GET("/v1/jobs/{job_id}", { params: { path: { job_id: job.id } } });
  return data?.state === "done" ? data.result : null;
}

export async function wallpaper(client: Client, characters: string): Promise<string | null> {
  const { data } = await client.POST("/v1/wallpapers", {
    body: { characters, size: "720x1600", painted: false },
    bodySerializer: JSON.stringify,
    headers: { "Content-Type": "application/json" },
  });
  return data?.result ?? null;
}

export async function animation(character: string): Promise<string | undefined> {
  const { data } = await anonymous.GET("/v1/kanji/{character}", { params: { path: { character } } });
  return data?.animation_url;
}

export async function takeAlong(client: Client, other: Client): Promise<number> {
  const { data: everything } = await client.GET("/v1/me/export");
  if (typeof everything !== "object") return 0;
  const { data } = await other.POST("/v1/me/import", { body: everything });
  await client.DELETE("/v1/me");
  return data?.stored ?? 0;
}
