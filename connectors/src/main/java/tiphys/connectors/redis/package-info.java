/// Event sources of Redis: channels and streams. [RedisConnection] speaks its protocol, which is small enough to need no library. Read
/// [StreamLine] first.
@NullMarked
package tiphys.connectors.redis;

import org.jspecify.annotations.NullMarked;
