// Subscribes with npm's graphql-ws, as a portal does: `node subscribe.mjs URL TOKEN QUERY [AFTER]`.
//
// Prints one line of JSON for all that happens: {connected}, {next}, {errors}, {complete}, {closed}, {failed}. Told `drop`
// on stdin it loses its connection without a word; told `resume` it subscribes again after the last id that came.
import { createInterface } from 'node:readline';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, token, query, after] = process.argv.slice(2);
const print = (line) => console.log(JSON.stringify(line));

let last = after || null;
let connection;

const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    // Whoever started this says when.
    retryAttempts: 0,
    on: {
        connected: (socket) => {
            connection = socket;
            print({ connected: true });
        },
        closed: ({ code, reason }) => print({ closed: { code, reason } }),
    },
});

/** The id of the thing that was told, whichever field told it. */
const idOf = (data) => Object.values(data ?? {}).find((value) => value?.id)?.id;

function subscribe() {
    client.subscribe({ query, variables: { after: last } }, {
        next: (result) => {
            last = idOf(result.data) ?? last;
            print({ next: result });
        },
        error: (error) => {
            // That the socket was closed is told already.
            if (Array.isArray(error)) print({ errors: error });
            else if (error.code === undefined) print({ failed: error.message ?? String(error) });
        },
        complete: () => print({ complete: true }),
    });
}

const commands = {
    drop: () => connection.terminate(),
    resume: subscribe,
};

subscribe();
createInterface({ input: process.stdin })
    .on('line', (command) => commands[command]())
    .on('close', () => process.exit());
