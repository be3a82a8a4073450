/// Tests of event sources of Redis against a real server.
@NullMarked
package tiphys.connectors.redis;

import org.jspecify.annotations.NullMarked;
