import compressEncrypt from './compress-encrypt.js';
import haproxy from './haproxy.js';
import monitoring from './monitoring.js';
import retention from './retention.js';
import shellLoop from './shell-loop.js';
import tls from './tls.js';
import webhook from './webhook.js';

/** The recipes whose programs come from Debian, by the names of their pages. */
export default {
  'shell-loop': shellLoop,
  'compress-encrypt': compressEncrypt,
  webhook,
  tls,
  haproxy,
  monitoring,
  retention,
};
