/// How connections to brokers are made.
@NullMarked
package tiphys.connectors.broker;

import org.jspecify.annotations.NullMarked;
