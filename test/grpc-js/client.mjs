// Calls a node's gRPC service with a stock client and prints what came as one JSON object.
//   node client.mjs HOST:PORT API_PROTOS GRPC_PROTOS NAMESPACE TRANSACTION SLICES
// NAMESPACE is a name, TRANSACTION a signed one that no node has seen, in hex, SLICES how many slices to follow.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, apiProtos, grpcProtos, name, transaction, count] = process.argv.slice(2);
const definition = loader.loadSync(
  ['sequencer/v1/service.proto', 'grpc/health/v1/health.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'],
  { includeDirs: [apiProtos, grpcProtos], longs: String, bytes: String, enums: String, defaults: true, keepCase: true },
);
const loaded = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();
const options = { 'grpc.max_receive_message_length': 32 * 1024 * 1024 };
const sequencer = new loaded.sequencer.v1.SequencerService(address, credentials, options);
const health = new loaded.grpc.health.v1.Health(address, credentials);
const soon = () => ({ deadline: Date.now() + 60_000 });

const call = (client, method, request, limits = soon()) =>
  new Promise((resolve, reject) => client[method](request, limits, (error, answer) => (error ? reject(error) : resolve(answer))));

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    const encoded = error.metadata?.get('grpc-status-details-bin')[0];
    let reason = null;
    if (encoded) {
      const status = decode('google.rpc.Status', encoded);
      reason = decode('google.rpc.ErrorInfo', Buffer.from(status.details[0].value, 'base64')).reason;
    }
    return { code: grpc.status[error.code], details: error.details, reason };
  }
}

const decode = (type, bytes) => definition[type].deserialize(bytes);

function follow(wanted) {
  return new Promise((resolve, reject) => {
    const slices = [];
    const stream = sequencer.FollowSlices({ namespace: { name } }, soon());
    stream.on('data', ({ slice }) => {
      if (slice) slices.push(slice);
      if (slices.length === wanted) stream.cancel();
    });
    stream.on('error', (error) => (error.code === grpc.status.CANCELLED ? resolve(slices) : reject(error)));
    stream.on('end', () => reject(new Error('the stream ended by itself')));
  });
}

const result = {
  health: (await call(health, 'Check', {})).status,
  status: await call(sequencer, 'GetStatus', {}),
  namespace: await call(sequencer, 'GetNamespace', { namespace: { name } }),
  submitted: await call(sequencer, 'SubmitTransaction', { transaction: Buffer.from(transaction, 'hex') }),
  slices: await follow(Number(count)),
  unknown: await refusal(call(sequencer, 'GetNamespace', { namespace: { name: 'never-registered' } })),
  ahead: await refusal(call(sequencer, 'GetBlock', { height: '1000000000' })),
  late: await refusal(
    new Promise((resolve, reject) => {
      const stream = sequencer.FollowTransaction({ id: Buffer.alloc(32) }, { deadline: Date.now() - 1 });
      stream.on('data', () => {});
      stream.on('error', reject);
      stream.on('end', resolve);
    }),
  ),
};
sequencer.close();
health.close();
console.log(JSON.stringify(result));
