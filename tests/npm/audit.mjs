// Audits a GraphQL endpoint by graphql-http: `node audit.mjs URL` prints one JSON line an audit, in the audits' order.
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
for (const { id, name, status, reason } of await auditServer({ url, fetchFn: fetch })) {
    console.log(JSON.stringify({ id, name, status, reason }));
}
