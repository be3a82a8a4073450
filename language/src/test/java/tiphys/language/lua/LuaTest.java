package tiphys.language.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

class LuaTest {
    /// Blocks of a script, its event, and what gopher-lua 1.1.2 returns: type and text of each value; `!` and its message for an error.
    private static final String TABLE = "/tiphys/language/lua.txt";

    private static String run(String script, String event) {
        try {
            return Lua.parse(script).shown((Value.Mapping) Json.parse(event), Budget.standard());
        } catch (EvaluationFailed e) {
            return "!" + e.getMessage();
        }
    }

    @Test
    void scripts_return_what_argos_lua_returns() throws IOException {
        var wrong = new ArrayList<String>();
        int count = 0;
        for (var block : text().split("\n\n")) {
            var lines = block.strip().split("\n", -1);
            var wanted = lines.length > 2 ? lines[2] : "";
            count++;
            var found = run(lines[0], lines[1]).replace("\n", "⏎");
            boolean right = wanted.startsWith("!") ? found.startsWith("!") : found.equals(wanted);
            if (!right) {
                wrong.add(lines[0] + "\n  of " + lines[1] + "\n  is   " + found + "\n  not  " + wanted);
            }
        }
        assertThat(wrong).as("of %s", count).isEmpty();
        assertThat(count).isGreaterThan(90);
    }

    private static String text() throws IOException {
        try (var in = Objects.requireNonNull(LuaTest.class.getResourceAsStream(TABLE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while true do end",
                "local s = 'x' while true do s = s .. s end",
                "return ('x'):rep(1e9)",
                "local t = {} local i = 0 while true do i = i + 1 t[i] = i end",
                "local function f() return f() end return f()",
                "local function f() return 1 + f() end return pcall(f) and pcall(f)",
                "while true do pcall(error, 'x') end",
                "return (('a'):rep(5000)):find((('.-'):rep(20)) .. 'b')",
                "return (('a'):rep(200)):match(('a*'):rep(30) .. 'b')",
                "return string.format('%999999d', 1):rep(100)",
                "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
                "local t = {} for i = 1, 1e9 do table.insert(t, 1, i) end",
                "return unpack({}, 1, 1e8)",
                "goto a ::a:: goto a",
            })
    void no_script_takes_the_machine(String script) {
        assertThat(run(script, "{}"))
                .satisfiesAnyOf(
                        found -> assertThat(found).startsWith("!"),
                        found -> assertThat(found).startsWith("boolean:false"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io",
                "os",
                "debug",
                "load",
                "loadstring",
                "dofile",
                "loadfile",
                "require",
                "package",
                "module",
                "getfenv",
                "collectgarbage",
                "newproxy"
            })
    void what_reaches_out_of_the_script_is_not_there(String name) {
        assertThat(run("return " + name, "{}")).isEqualTo("nil:nil");
    }

    @Test
    void a_script_that_is_nested_ever_so_deeply_is_refused() {
        assertThatThrownBy(() -> Lua.parse("return " + "(".repeat(100_000)))
                .isInstanceOf(EvaluationFailed.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void chance_follows_from_the_seed() {
        var lua = Lua.parse("return math.random(1e9)");
        var event = Value.Mapping.EMPTY;
        assertThat(lua.run(event, Budget.standard(), 5)).isEqualTo(lua.run(event, Budget.standard(), 5));
        assertThat(lua.run(event, Budget.standard(), 5)).isNotEqualTo(lua.run(event, Budget.standard(), 6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return {a = 1, b = 'x'} | {\"a\":1,\"b\":\"x\"}",
                "return {} | {}",
                "return setmetatable({}, {__is_array = true}) | []",
                "return {1, 'a', {b = true}} | [1,\"a\",{\"b\":true}]",
                "return {1, x = 2} | [1]",
                "return {[3] = 'c'} | [null,null,\"c\"]",
                "event.body.new = event.body.n * 2 return event | {\"body\":{\"n\":21,\"new\":42}}",
                "return 1, {z = 1.5, a = 1e21} | {\"a\":1e+21,\"z\":1.5}",
                "return nil | null",
                "return true | true",
                "return | null"
            })
    void what_a_script_returns_last_becomes_json(String script, String json) {
        var event = (Value.Mapping) Json.parse("{\"body\":{\"n\":21}}");
        assertThat(Json.write(Lua.parse(script).run(event, Budget.standard(), 1))).isEqualTo(json);
    }
}
