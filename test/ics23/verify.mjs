// Checks proofs of the state with a stock ICS-23 verifier.
//   node verify.mjs CASES.json
// CASES.json: [{root, key, value or null, proof}], all in hex; proof is a cosmos.ics23.v1.CommitmentProof, of absence
// when value is null. One JSON line for each case: {"accepted": bool, "reason"}.
//
// This verifier's SmtSpec is older than ICS-23's own: it knows no hashing of keys. So it is given the key's SHA-256,
// the entry's place in the tree, as the key, and NO_HASH; what is changed for that is checked first.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ics23, verifyExistence, verifyNonExistence } from '@confio/ics23';
import proofs from '@confio/ics23/build/proofs.js';

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const path = (key) => Uint8Array.from(createHash('sha256').update(key).digest());

function ensureSame(given, expected, what) {
  if (Buffer.compare(Buffer.from(given ?? []), Buffer.from(expected)) !== 0) throw new Error(`${what} is another`);
}

function byPath(existence) {
  if (!existence) return existence;
  if (existence.leaf?.prehashKey !== ics23.HashOp.SHA256) throw new Error('the leaf does not hash its key');
  const leaf = ics23.LeafOp.create({ ...existence.leaf, prehashKey: ics23.HashOp.NO_HASH });
  return ics23.ExistenceProof.create({ ...existence, key: path(existence.key), leaf });
}

function verify({ root, key, value, proof }) {
  const { exist, nonexist } = ics23.CommitmentProof.decode(bytes(proof));
  if (value !== null) {
    if (!exist) throw new Error('no proof of existence');
    ensureSame(exist.key, bytes(key), 'the key');
    verifyExistence(byPath(exist), proofs.smtSpec, bytes(root), path(bytes(key)), bytes(value));
  } else {
    if (!nonexist) throw new Error('no proof of absence');
    ensureSame(nonexist.key, bytes(key), 'the key');
    verifyNonExistence(
      { key: path(bytes(key)), left: byPath(nonexist.left), right: byPath(nonexist.right) },
      proofs.smtSpec, bytes(root), path(bytes(key)));
  }
}

for (const one of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  try {
    verify(one);
    console.log(JSON.stringify({ accepted: true }));
  } catch (error) {
    console.log(JSON.stringify({ accepted: false, reason: String(error?.message ?? error) }));
  }
}
