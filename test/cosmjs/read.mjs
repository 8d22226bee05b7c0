// Reads a chain through a stock client of CometBFT's RPC and prints what it understood, one JSON line for each call.
//   node read.mjs URL TX-HEX      TX-HEX: a signed transaction that is submitted and looked for
import { Comet38Client, WebsocketClient } from "@cosmjs/tendermint-rpc";

const [url, transaction] = process.argv.slice(2);
const tx = Uint8Array.from(Buffer.from(transaction, "hex"));

function plain(value) {
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Date) return "date";
  if (typeof value === "bigint" || typeof value === "number") return "number";
  if (Array.isArray(value)) return value.slice(0, 1).map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => [k, plain(v)]));
  return typeof value;
}

const say = (call, value) => console.log(JSON.stringify({ call, value: plain(value) }));
const assert = (condition, what) => {
  if (!condition) throw new Error(what);
};

// Subscriptions over WebSocket, calls over HTTP.
const socket = new WebsocketClient(url.replace("http://", "ws://"));
const subscriber = Comet38Client.create(socket);
const blocks = [];
const transactions = [];
subscriber.subscribeTx().addListener({ next: (event) => transactions.push(event) });
subscriber.subscribeNewBlock().addListener({ next: (event) => blocks.push(event) });

async function until(condition, what) {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    assert(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const client = await Comet38Client.connect(url);
await client.health();

// A socket's calls are taken in order: with the first block both subscriptions stand.
await until(() => blocks.length > 0, "no block came");
const committed = await client.broadcastTxCommit({ tx });
assert(committed.checkTx.code === 0 && committed.txResult?.code === 0, `refused: ${committed.checkTx.log}`);
say("broadcastTxCommit", committed);
const height = committed.height;

const ofHeight = (events, heightOf) => events.find((event) => heightOf(event) === height);
await until(() => ofHeight(transactions, (event) => event.height), "the transaction's event did not come");
await until(() => ofHeight(blocks, (event) => event.header.height), "its block's event did not come");
say("subscribeNewBlock", ofHeight(blocks, (event) => event.header.height));
say("subscribeTx", ofHeight(transactions, (event) => event.height));

const status = await client.status();
say("status", status);
say("genesis", await client.genesis());
const block = await client.block(height);
assert(block.block.txs.some((one) => Buffer.from(one).equals(Buffer.from(tx))), "the transaction is not in its block");
say("block", block);
say("blockResults", await client.blockResults(height));
say("blockchain", await client.blockchain(1, 3));
say("commit", await client.commit(height));
say("validators", await client.validatorsAll(height));
const found = await client.tx({ hash: committed.hash, prove: true });
assert(found.height === height, "the transaction is at another height");
say("tx", found);
say("abciInfo", await client.abciInfo());
say("abciQuery", await client.abciQuery({ path: "/store/state/key", data: Uint8Array.from(Buffer.from("root")), prove: true }));
let refused = "";
try {
  await client.broadcastTxSync({ tx });
} catch (error) {
  refused = error.message;
}
assert(refused.includes("tx already exists in cache"), `a known transaction was answered: ${refused}`);
subscriber.disconnect();
client.disconnect();
console.log(JSON.stringify({ call: "done" }));
process.exit(0);
