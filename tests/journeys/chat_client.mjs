// Asks a chat service as OpenAI's client for JavaScript does, plain and streamed, and
// prints what a consumer of it gets, one JSON object a question.
// node chat_client.mjs <base URL> < questions.json
import OpenAI from "openai";
import { readFileSync } from "node:fs";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "any", maxRetries: 0 });

async function plain(messages) {
  const said = await client.chat.completions.create({ model: "coi-qa", messages });
  const message = said.choices[0].message;
  return { content: message.content, annotations: message.annotations, usage: said.usage };
}

async function streamed(messages) {
  const got = { content: "", annotations: [], usage: null };
  const stream = await client.chat.completions.create({
    model: "coi-qa",
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    if (chunk.usage) got.usage = chunk.usage;
    const delta = chunk.choices[0]?.delta;
    got.content += delta?.content ?? "";
    got.annotations.push(...(delta?.annotations ?? []));
  }
  return got;
}

for (const question of JSON.parse(readFileSync(0, "utf8"))) {
  const messages = [{ role: "user", content: question }];
  const whole = await plain(messages);
  console.log(JSON.stringify({ question, plain: whole, streamed: await streamed(messages) }));
}

try {
  await client.chat.completions.create({ model: "other", messages: [{ role: "user", content: "x" }] });
} catch (error) {
  console.log(JSON.stringify({ error: error.constructor.name, status: error.status, code: error.code }));
}
