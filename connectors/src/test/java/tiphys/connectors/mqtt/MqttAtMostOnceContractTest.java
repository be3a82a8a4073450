package tiphys.connectors.mqtt;

/// Quality of service 0, as in Argo.
class MqttAtMostOnceContractTest extends MqttContract {
    MqttAtMostOnceContractTest() {
        super(MqttSession.Version.THREE, false);
    }
}
