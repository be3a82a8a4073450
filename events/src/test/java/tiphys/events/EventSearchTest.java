package tiphys.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tiphys.manifest.Json;

class EventSearchTest {
    private static final Event EVENT =
            new Event(
                    "0193aaaa",
                    "ns",
                    "webhook",
                    "webhook",
                    "trigger",
                    Instant.EPOCH,
                    Json.parse(
                            """
                            {"header":{"Content-Type":["application/json"]},
                             "body":{"model":"ResNet 50","amount":12.50,"tags":["a","b"],"deep":{"x":1},"ok":true}}
                            """));

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                                | true
                    resnet                            | true
                    RESNET 50                         | true
                    "resnet 50"                       | true
                    "50 resnet"                       | false
                    bert                              | false
                    resnet bert                       | false
                    0193aaaa                          | true
                    trigger                           | true
                    body.model="ResNet 50"            | true
                    body.model="resnet 50"            | false
                    body.amount=12.5                  | true
                    body.amount=12                    | false
                    body.ok=true                      | true
                    body.tags.1=b                     | true
                    body.deep.x=1 resnet              | true
                    body.deep.x=2 resnet              | false
                    body.gone=                        | false
                    header.Content-Type.0=application/json | true
                    body.(((=1                        | false
                    a=b                               | false
                    """)
    void words_and_fields_are_found_and_must_all_hold(String text, boolean found) {
        assertThat(EventSearch.of(text).matches(EVENT)).isEqualTo(found);
    }
}
