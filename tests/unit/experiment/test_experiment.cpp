#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/experiment/experiment.hpp"
#include "models/library/library.hpp"

using namespace spikeloom;

namespace {

std::string shipped(const std::string& name) {
  return library_directory() + "/experiments/" + name;
}

Experiment read(const std::vector<std::string>& sets) {
  std::vector<Override> overrides;
  for (const std::string& set : sets) overrides.push_back(parse_override(set));
  const std::string path = shipped("digits.json");
  return read_experiment(load_experiment_document(path, overrides), path);
}

std::string refusal(const std::vector<std::string>& sets) {
  try {
    read(sets);
  } catch (const InputError& error) {
    // The folder of the file depends on the machine; its name does not.
    const std::string text = error.what();
    return error.file().empty() ? text : text.substr(text.rfind('/', text.find('#')) + 1);
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a shipped experiment is read with its chip, prices and semantics") {
  const Experiment experiment = read({});
  REQUIRE(experiment.chip.has_value());
  CHECK(experiment.chip->topology.width == 8);
  CHECK(experiment.prices->technology == "cmos45");
  CHECK(experiment.network.semantics->name == "snntorch");
  CHECK(experiment.steps == 32);
  CHECK(experiment.input->samples == 100);
  CHECK(experiment.readout->by == ReadoutRule::Count);
}

TEST_CASE("an override reaches into what was referenced") {
  const Experiment experiment = read({"/steps=16",
                                      "/chip/core/neurons=32",
                                      "/chip/router/input_queue_packets=9",
                                      "/network/semantics=norse",
                                      "/quantization={\"weight_bits\": 4}"});
  CHECK(experiment.steps == 16);
  CHECK(experiment.chip->core.neurons == 32);
  CHECK(experiment.chip->router.input_queue_packets == 9);
  CHECK(experiment.network.semantics->name == "norse");
  CHECK(experiment.quantization.weight_bits == 4);
}

TEST_CASE("an override may name another file") {
  const Experiment experiment = read({"/chip=../chips/mesh10x10.json", "/chip/core/neurons=512"});
  CHECK(experiment.chip->name == "mesh10x10");
  CHECK(experiment.chip->core.neurons == 512);
}

TEST_CASE("a wrong override is refused") {
  CHECK_THROWS_WITH_AS(parse_override("steps=3"),
                       "--set 'steps=3': expected /json/pointer=value, such as /steps=16",
                       InputError);
  CHECK_THROWS_WITH_AS(parse_override("/steps"),
                       "--set '/steps': expected /json/pointer=value, such as /steps=16",
                       InputError);
  CHECK(refusal({"/chap/core/neurons=3"}) ==
        "--set /chap/core/neurons: the experiment has no such place");
  CHECK(refusal({"/steps/deep=3"}) == "--set /steps/deep: the experiment has no such place");
}

TEST_CASE("errors name the file and the place of what is wrong") {
  CHECK(refusal({"/stepps=3"}) == "digits.json#/stepps: unknown field; did you mean \"steps\"?");
  CHECK(refusal({"/chip/core/nuerons=3"}) ==
        "mesh8x8.json#/core/nuerons: unknown field; did you mean \"neurons\"?");
  CHECK(refusal({"/network/random={\"neurons\": 3}"}) ==
        "digits.json#/network: expected one of \"nir\", \"netx\", \"random\" and \"local\"");
  CHECK(refusal({"/chip=7"}) ==
        "digits.json#/chip: expected an object or the path of a file that holds one");
  CHECK(refusal({"/between_samples=forget"}) ==
        "digits.json#/between_samples: unknown word \"forget\"; allowed: reset, continue");
}

TEST_CASE("an experiment's name holds no control characters") {
  for (const std::string name : {"a\nb", "\x1b[2J", "\x7f"})
    CHECK(refusal({"/name=" + name}) == "digits.json#/name: is '" +
                                            without_control_characters(name) +
                                            "', which has a control character");
  CHECK(read({"/name=digits \u00fc"}).name == "digits \u00fc");
}

TEST_CASE("the effective document reads back as the same experiment") {
  const std::string path = shipped("digits.json");
  const Json document = load_experiment_document(path, {{"/steps", "7"}});
  const Json effective = effective_document(read_experiment(document, path), document);
  const std::string copy = (std::filesystem::temp_directory_path() /
                            ("spikeloom_effective_test_" + std::to_string(getpid()) + ".json"))
                               .string();
  std::ofstream(copy) << effective.dump();
  const Json again = load_experiment_document(copy, {});
  CHECK(effective_document(read_experiment(again, copy), again) == effective);
  CHECK(effective["steps"] == 7);
  std::filesystem::remove(copy);
}
