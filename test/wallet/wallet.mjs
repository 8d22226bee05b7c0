// Checks a gateway as a user's wallet would use it.
//   node wallet.mjs --url http://127.0.0.1:8545 [--firm-within SECONDS]
// The private key (0x and 64 hex digits) of an account with at least one ether is read from standard input.
// One JSON line for each check: {"check", "ok", "ms", and what was found}. Exit code 1 when any check fails.
import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import {
  BaseError, InsufficientFundsError, IntrinsicGasTooLowError, InvalidParamsRpcError, MethodNotFoundRpcError,
  NonceTooHighError, NonceTooLowError, FeeCapTooLowError, createPublicClient, createWalletClient, defineChain,
  http, parseEther, parseGwei,
} from 'viem';
import { generatePrivateKey, nonceManager, privateKeyToAccount } from 'viem/accounts';

const { values } = parseArgs({ options: { url: { type: 'string' }, 'firm-within': { type: 'string' } } });
if (!values.url) {
  console.error('usage: node wallet.mjs --url URL [--firm-within SECONDS]   (private key on standard input)');
  process.exit(2);
}

const account = privateKeyToAccount(readFileSync(0, 'utf8').trim(), { nonceManager });
const transport = http(values.url, { timeout: 20_000, retryCount: 0 });
const reader = createPublicClient({ transport, pollingInterval: 100 });
const chain = defineChain({
  id: await reader.getChainId(),
  name: 'rollup',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [values.url] } },
});
const wallet = createWalletClient({ account, chain, transport });
const receiptOf = (hash) => reader.waitForTransactionReceipt({ hash, timeout: 60_000 });

let failed = 0;
async function check(name, run) {
  const started = performance.now();
  let line;
  try {
    line = { check: name, ok: true, ...(await run()) };
  } catch (error) {
    failed++;
    line = { check: name, ok: false, error: String(error?.stack ?? error).slice(0, 2000) };
  }
  line.ms = Math.round(performance.now() - started);
  console.log(JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? value.toString() : value)));
  return line;
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

/** Runs what must be refused, and gives the error when it is of the kind that viem should make of it. */
async function refused(run, kind, words) {
  let error;
  try {
    await run();
  } catch (e) {
    error = e;
  }
  expect(error, 'it was not refused');
  expect(error instanceof BaseError, `viem does not know this error: ${error}`);
  const found = error.walk((e) => e instanceof kind);
  expect(found, `not a ${kind.name}: ${error.name}: ${error.details}`);
  if (words) expect(words.test(error.details ?? error.message), `other words: ${error.details}`);
  return { error: found.name, details: error.details };
}

/** Signs exactly these fields: what a wallet would not let its user do. */
async function signed(fields, signer = account) {
  return signer.signTransaction({
    type: 'eip1559', chainId: chain.id, to: account.address, value: 1n, gas: 21_000n,
    maxFeePerGas: parseGwei('100'), maxPriorityFeePerGas: parseGwei('1'), ...fields,
  });
}

/** Sends through viem's wallet, which classifies the node's refusals. */
const sendRaw = (fields) => wallet.sendTransaction({
  to: account.address, value: 1n, gas: 21_000n, maxFeePerGas: parseGwei('100'), maxPriorityFeePerGas: parseGwei('1'), ...fields,
});

const nextNonce = () => reader.getTransactionCount({ address: account.address, blockTag: 'pending' });

const recipient = privateKeyToAccount(generatePrivateKey()).address;
let first;
await check('one transaction gets a receipt', async () => {
  const hash = await wallet.sendTransaction({ to: recipient, value: parseEther('0.001') });
  first = await receiptOf(hash);
  expect(first.status === 'success', `status ${first.status}`);
  const balance = await reader.getBalance({ address: recipient });
  expect(balance === parseEther('0.001'), `the recipient has ${balance}`);
  const transaction = await reader.getTransaction({ hash });
  expect(transaction.blockNumber === first.blockNumber, 'the transaction is in another block than its receipt');
  return { hash, block: first.blockNumber };
});

await check('its status climbs the ladder', async () => {
  const status = await reader.request({ method: 'seq_getTransactionStatus', params: [first.transactionHash] });
  expect(['final', 'anchored', 'firm'].includes(status.status), `status ${JSON.stringify(status)}`);
  expect(status.execution.status === 'executed', `execution ${JSON.stringify(status.execution)}`);
  return { status: status.status, height: status.height };
});

await check('ten at once get consecutive nonces and all their receipts', async () => {
  const before = await nextNonce();
  const hashes = await Promise.all(Array.from({ length: 10 }, (_, i) => wallet.sendTransaction({ to: recipient, value: BigInt(i + 1) })));
  const receipts = await Promise.all(hashes.map(receiptOf));
  expect(receipts.every((r) => r.status === 'success'), 'not all succeeded');
  const transactions = await Promise.all(hashes.map((hash) => reader.getTransaction({ hash })));
  const nonces = transactions.map((t) => t.nonce).sort((a, b) => a - b);
  expect(nonces.every((n, i) => n === before + i), `nonces ${nonces} after ${before}`);
  expect(await nextNonce() === before + 10, 'the pending count is another');
  return { first: nonces[0], blocks: new Set(receipts.map((r) => r.blockNumber)).size };
});

await check('a batch of calls is answered', async () => {
  const batched = createPublicClient({ transport: http(values.url, { batch: { wait: 10 } }) });
  const [id, block, balance] = await Promise.all([
    batched.getChainId(), batched.getBlockNumber(), batched.getBalance({ address: account.address })]);
  expect(id === chain.id && block >= first.blockNumber && balance > 0n, `${id} ${block} ${balance}`);
  return { block };
});

await check('a nonce gap is refused', async () => refused(async () => sendRaw({ nonce: await nextNonce() + 3 }), NonceTooHighError));
await check('a used nonce is refused', () => refused(() => sendRaw({ nonce: 0, value: 12345n }), NonceTooLowError));
await check('a repeated transaction is refused', async () => {
  const raw = await reader.request({ method: 'eth_getRawTransactionByHash', params: [first.transactionHash] });
  return refused(() => wallet.sendRawTransaction({ serializedTransaction: raw }), BaseError, /nonce too low|already known/);
});
await check('a wrong chain id is refused', async () => {
  const raw = await signed({ chainId: chain.id + 1, nonce: await nextNonce() });
  return refused(() => wallet.sendRawTransaction({ serializedTransaction: raw }), BaseError, /chain id/);
});
await check('an empty account is refused', async () => {
  const poor = createWalletClient({ account: privateKeyToAccount(generatePrivateKey()), chain, transport });
  return refused(() => poor.sendTransaction({
    to: recipient, value: 1n, nonce: 0, gas: 21_000n, maxFeePerGas: parseGwei('100'), maxPriorityFeePerGas: 1n,
  }), InsufficientFundsError);
});
await check('too little gas is refused', async () =>
  refused(async () => sendRaw({ nonce: await nextNonce(), gas: 20_000n }), IntrinsicGasTooLowError));
await check('a fee below the base fee is refused', async () =>
  refused(async () => sendRaw({ nonce: await nextNonce(), maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }), FeeCapTooLowError));
await check('garbage is refused', () => refused(() => wallet.sendRawTransaction({ serializedTransaction: '0xdeadbeef' }), BaseError, /transaction/));
await check('text that is no hex is refused', () =>
  refused(() => reader.request({ method: 'eth_sendRawTransaction', params: ['garbage'] }), InvalidParamsRpcError));
await check('a 600 kB transaction is refused', async () => {
  const raw = await signed({ nonce: await nextNonce(), data: `0x${'01'.repeat(600_000)}`, gas: 29_000_000n });
  return refused(() => wallet.sendRawTransaction({ serializedTransaction: raw }), BaseError, /too large|oversized/);
});
await check('a 600 kB body is refused', async () => {
  const raw = await signed({ nonce: await nextNonce(), data: `0x${'01'.repeat(300_000)}`, gas: 29_000_000n });
  return refused(() => wallet.sendRawTransaction({ serializedTransaction: raw }), BaseError, /oversized/);
});

for (const method of ['testing_buildBlockV1', 'testing_commitBlockV1', 'engine_forkchoiceUpdatedV3', 'engine_newPayloadV3',
  'debug_setHead', 'admin_addPeer', 'eth_sendTransaction', 'eth_sendRawTransactionSync']) {
  await check(`${method} is refused`, () =>
    refused(() => reader.request({ method, params: [] }), MethodNotFoundRpcError, /does not exist\/is not available/));
}

await check('after all that a transaction still gets its receipt', async () => {
  const hash = await wallet.sendTransaction({ to: recipient, value: 1n, nonce: await nextNonce() });
  const receipt = await receiptOf(hash);
  expect(receipt.status === 'success', `status ${receipt.status}`);
  return { hash, block: receipt.blockNumber };
});

if (values['firm-within']) {
  await check('safe and finalized pass it once it is firm', async () => {
    const deadline = Date.now() + Number(values['firm-within']) * 1000;
    for (;;) {
      // Neither exists before the first firm block.
      const [safe, finalized] = await Promise.all(['safe', 'finalized'].map((blockTag) =>
        reader.getBlock({ blockTag }).then((block) => block.number, () => -1n)));
      if (safe >= first.blockNumber && finalized >= first.blockNumber) return { block: first.blockNumber, safe, finalized };
      expect(Date.now() < deadline, `not firm in time: safe ${safe}, finalized ${finalized}, wanted ${first.blockNumber}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  });
}

process.exit(failed === 0 ? 0 : 1);
