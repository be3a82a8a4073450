/// Tests of event sources over MQTT against a real server.
@NullMarked
package tiphys.connectors.mqtt;

import org.jspecify.annotations.NullMarked;
