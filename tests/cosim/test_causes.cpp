// Why a chip differs from its reference: each difference has one cause, and a log that leaves
// something out leaves a difference unexplained. The chip here is the reference itself, to whose
// packets things happen.

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "models/lowering/random_network.hpp"
#include "sim/cosim/causes.hpp"
#include "sim/golden/integer_engine.hpp"
#include "sim/golden/spinnaker_engine.hpp"

using namespace spikeloom;

namespace {

constexpr CoreId kFirstCore{0}, kSecondCore{1};
constexpr PopulationId kInput{0}, kHidden{1}, kOutput{2};

LoweredPopulation population(const std::string& name, std::uint32_t size, std::uint32_t start) {
  LoweredPopulation result;
  result.name = name;
  result.size = size;
  result.start = start;
  result.profiles.emplace_back();
  result.profiles[0].decay_u = result.profiles[0].decay_v = Arithmetic{}.no_memory();
  return result;
}

Projection one_to_one(PopulationId source, PopulationId target, std::uint32_t size) {
  SparseConnectivity rows;
  for (std::uint32_t i = 0; i < size; ++i) {
    rows.row.push_back(i);
    rows.target.push_back(i);
    rows.weight.push_back(1);
    rows.delay.push_back(1);
  }
  rows.row.push_back(size);
  return {source, target, "one to one", rows, 0};
}

/// Spikes of two input elements go through two hidden neurons to two output neurons, a step each.
LoweredNetwork relays() {
  LoweredNetwork network;
  network.populations.push_back(population("input", 2, 0));
  network.populations[kInput].is_input = true;
  network.populations.push_back(population("hidden", 2, 1));
  network.populations.push_back(population("output", 2, 2));
  network.projections = {one_to_one(kInput, kHidden, 2), one_to_one(kHidden, kOutput, 2)};
  network.deepest_start = 2;
  return network;
}

/// Hidden on one core, output on the other.
ChipPlaces two_cores() {
  ChipPlaces places;
  places.core_of.push_back({});
  places.core_of.push_back({kFirstCore, kFirstCore});
  places.core_of.push_back({kSecondCore, kSecondCore});
  places.core_names = {"core (0,0)", "core (2,1)"};
  return places;
}

EventLog log_of(const std::vector<PacketEvent>& events) {
  EventLog log;
  for (const PacketEvent& event : events) log.add(event);
  log.finish();
  return log;
}

/// What the network does if these events really happen: each round gets one step more right.
template <typename Engine>
SampleTrace disturbed(const Engine& engine,
                      const Sample& sample,
                      std::uint32_t steps,
                      const EventLog& log,
                      const ReceiverOfNeuron& receivers) {
  SampleTrace trace;
  for (;;) {
    SampleTrace next = engine.replay(sample, {trace, log.events(), receivers}, steps, true);
    if (next.spikes == trace.spikes) return next;
    trace = std::move(next);
  }
}

struct Case {
  Case() { sample.events = {{0, 0, 1}, {0, 1, 1}, {2, 0, 1}}; }

  LoweredNetwork network = relays();
  ChipPlaces places = two_cores();
  Sample sample;
  std::uint32_t steps = 4;
  std::vector<Compared> compared = {Compared::Nothing};

  /// The chip does what `happened` says and logs `logged`.
  SpikeComparison compare(const EventLog& happened, const EventLog& logged) const {
    IntegerEngine golden(network);
    const SampleTrace expected = golden.run(sample, steps, true);
    const SampleTrace found = disturbed(golden, sample, steps, happened, places.core_of);
    const MismatchCauses causes(
        network, places, compared, {found, logged}, [&](const Replay& replay) {
          return golden.replay(sample, replay, steps, true);
        });
    SpikeComparison comparison(compared);
    comparison.add(0, expected, found, &causes);
    return comparison;
  }
  SpikeComparison compare(const EventLog& log) const { return compare(log, log); }
};

using Causes = std::map<std::string, std::uint64_t>;

}  // namespace

TEST_CASE("a late spike is the cause of what its receiver does, and the rest is propagated") {
  const EventLog log = log_of({{0, kInput, 1, 1, kFirstCore, 1, EventCause::Late}});
  const SpikeComparison comparison = Case().compare(log);
  CHECK(comparison.by_cause() == Causes{{"late", 2}, {"propagated", 2}});
  CHECK(comparison.unexplained() == 0);
  CHECK(comparison.first()->cause == "late");
  CHECK(comparison.first()->explanation ==
        "step 0: neuron 1 of hidden did not spike because a spike of neuron 1 of input, sent in "
        "step 0, reached core (0,0) 1 step late");
}

TEST_CASE("a propagated difference that comes first points at what caused it") {
  Case network;  // with the ids of hidden and output exchanged
  std::swap(network.network.populations[kHidden], network.network.populations[kOutput]);
  network.network.projections = {one_to_one(kInput, kOutput, 2), one_to_one(kOutput, kHidden, 2)};
  const EventLog log = log_of({{0, kInput, 1, 1, kSecondCore, 1, EventCause::Late}});
  const SpikeComparison comparison = network.compare(log);
  CHECK(comparison.first()->cause == "propagated");
  CHECK(comparison.first()->explanation ==
        "step 0: neuron 1 of output did not spike because what it receives had already changed; "
        "step 0: neuron 1 of hidden did not spike because a spike of neuron 1 of input, sent in "
        "step 0, reached core (2,1) 1 step late");
}

TEST_CASE("of two events before a difference the later one is its cause") {
  Case network;
  network.sample.events = {{0, 1, 2}, {2, 1, 1}};
  // One spike of two is enough for hidden neuron 1 in step 0.
  const EventLog log =
      log_of({{0, kInput, 1, 1, kFirstCore, PacketEvent::kLost, EventCause::Dropped},
              {2, kInput, 1, 1, kFirstCore, PacketEvent::kLost, EventCause::Overflow}});
  CHECK(network.compare(log).by_cause() == Causes{{"overflow", 1}, {"propagated", 1}});
}

TEST_CASE("lost spikes say how they were lost") {
  const auto explained = [](EventCause cause, std::int32_t shift, std::uint32_t count = 1) {
    Case network;
    network.sample.events[1].value = count;
    const EventLog log = log_of({{0, kInput, 1, count, kFirstCore, shift, cause}});
    const SpikeComparison comparison = network.compare(log);
    REQUIRE(comparison.first().has_value());
    CHECK(comparison.by_cause().at(name_of(cause)) >= 1);
    const std::string& words = comparison.first()->explanation;
    return words.substr(words.find("sent in"));
  };
  constexpr std::int32_t lost = PacketEvent::kLost;
  CHECK(explained(EventCause::Dropped, lost) ==
        "sent in step 0, was dropped on the way to core (0,0)");
  CHECK(explained(EventCause::Dropped, lost, 3) ==
        "sent in step 0, were dropped on the way to core (0,0)");
  CHECK(explained(EventCause::Overflow, lost) ==
        "sent in step 0, found the input buffer of core (0,0) full");
  CHECK(explained(EventCause::Late, lost) ==
        "sent in step 0, did not reach core (0,0) in time and was lost");
  CHECK(explained(EventCause::Overrun, 2) ==
        "sent in step 0, reached core (0,0) 2 steps late because a core was overrun");
}

TEST_CASE("an early spike changes the step before") {
  Case network;
  network.sample.events = {{1, 0, 1}};
  const EventLog log = log_of({{1, kInput, 0, 1, kFirstCore, -1, EventCause::Overrun}});
  const SpikeComparison comparison = network.compare(log);
  CHECK(comparison.by_cause() == Causes{{"overrun", 2}, {"propagated", 2}});
  CHECK(comparison.first()->explanation ==
        "step 0: neuron 0 of hidden spiked because a spike of neuron 0 of input, sent in step 1, "
        "reached core (0,0) 1 step early because a core was overrun");
}

TEST_CASE("an event that the log leaves out leaves its differences unexplained") {
  const EventLog happened = log_of({{0, kInput, 0, 1, kFirstCore, 1, EventCause::Late},
                                    {0, kInput, 1, 1, kFirstCore, 1, EventCause::Late}});
  const EventLog logged = log_of({{0, kInput, 1, 1, kFirstCore, 1, EventCause::Late}});
  const SpikeComparison comparison = Case().compare(happened, logged);
  CHECK(comparison.unexplained() == 2);
  CHECK(comparison.by_cause().at("late") == 2);
  CHECK(comparison.first()->explanation ==
        "step 0: neuron 0 of hidden did not spike, and nothing that the chip logged accounts for "
        "it");
}

TEST_CASE("an event that did not happen leaves differences unexplained") {
  const EventLog happened = log_of({{0, kInput, 0, 1, kFirstCore, 1, EventCause::Late}});
  const EventLog logged =
      log_of({{0, kInput, 0, 1, kFirstCore, PacketEvent::kLost, EventCause::Late}});
  CHECK(Case().compare(happened, logged).unexplained() == 1);
}

TEST_CASE("steps that an overrun core never ran are overrun's") {
  Case network;
  EventLog log;
  log.stop(kSecondCore, 4);
  IntegerEngine golden(network.network);
  const SampleTrace expected = golden.run(network.sample, network.steps);
  SampleTrace found = expected;
  std::erase_if(found.spikes,
                [](const Spike& spike) { return spike.population == kOutput && spike.step >= 2; });
  const MismatchCauses causes(
      network.network, network.places, network.compared, {found, log}, [&](const Replay& replay) {
        return golden.replay(network.sample, replay, network.steps);
      });
  SpikeComparison comparison(network.compared);
  comparison.add(0, expected, found, &causes);
  CHECK(comparison.by_cause() == Causes{{"overrun", 1}});
  CHECK(comparison.first()->explanation ==
        "step 2: neuron 0 of output did not spike because core (2,1) was overrun and did not come "
        "to that step");
}

TEST_CASE("read-outs that are compared by v have causes too") {
  Case network;
  NeuronProfile& readout = network.network.populations[kOutput].profiles[0];
  readout.spikes = false;
  readout.decay_v = 0;
  network.compared = {Compared::Nothing, Compared::Spikes, Compared::Potential};
  const EventLog log = log_of({{1, kHidden, 1, 1, kSecondCore, 2, EventCause::Late}});
  const SpikeComparison comparison = network.compare(log);
  CHECK(comparison.by_cause() == Causes{{"late", 2}});
  CHECK(comparison.first()->explanation ==
        "step 0: neuron 1 of output had v 0 instead of 64 because a spike of neuron 1 of hidden, "
        "sent in step 0, reached core (2,1) 2 steps late");
}

TEST_CASE("a log with more events than it holds keeps none and explains none") {
  EventLog happened = log_of({{0, kInput, 0, 1, kFirstCore, 1, EventCause::Late},
                              {0, kInput, 1, 1, kFirstCore, 1, EventCause::Late}});
  EventLog overfull(1);
  for (const PacketEvent& event : happened.events()) overfull.add(event);
  overfull.finish();
  CHECK_FALSE(overfull.is_complete());
  CHECK(overfull.noted() == 2);
  CHECK(overfull.events().empty());
  const SpikeComparison comparison = Case().compare(happened, overfull);
  CHECK(comparison.unexplained() == 4);
}

TEST_CASE("in one long run, differences of the second sample are looked up in its steps") {
  const Case network;
  IntegerEngine golden(network.network);
  const EventLog log = log_of({{2, kInput, 0, 1, kFirstCore, 1, EventCause::Late}});
  const SampleTrace found =
      disturbed(golden, network.sample, network.steps, log, network.places.core_of);
  MismatchCauses causes(
      network.network, network.places, network.compared, {found, log}, [&](const Replay& replay) {
        return golden.replay(network.sample, replay, network.steps);
      });
  causes.look_from(2);
  const Difference second{0, kHidden, 0, Compared::Spikes, 1, 0};
  CHECK(causes.cause_of(second) == "late");
  CHECK(causes.explain(second).substr(0, 7) == "step 2:");
}

namespace {

/// Something random about random spikes of `golden`.
EventLog random_events(const SampleTrace& golden, std::uint32_t cores, std::mt19937_64& draw) {
  EventLog log;
  for (const Spike& spike : golden.spikes) {
    if (draw() % 4 != 0) continue;
    const auto cause = static_cast<EventCause>(draw() % 4);
    const auto shift =
        draw() % 2 == 0 ? PacketEvent::kLost : static_cast<std::int32_t>(draw() % 4) + 1;
    const CoreId core{static_cast<std::uint32_t>(draw() % cores)};
    log.add({spike.step, spike.population, spike.neuron, 1, core, shift, cause});
  }
  log.finish();
  return log;
}

}  // namespace

// Spikes of which the events tell may differ from those that the disturbed network sends: the log
// then takes back what was never sent, which is as good as anything else that may go wrong.
TEST_CASE("whatever happens to spikes of random networks, every difference has a cause") {
  constexpr std::uint32_t kSteps = 30, kCores = 3;
  std::uint64_t mismatched = 0, unexplained_without_one = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 draw(seed);
    RandomNetworkSpec spec;
    spec.neurons = 60;
    spec.fan_out = 12;
    spec.rate_hz = 100;
    spec.saturating = seed % 3 == 0;
    Case network;
    network.network = random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{seed});
    network.sample = {};
    network.steps = kSteps;
    network.compared = {};
    network.places.core_of = {};
    network.places.core_of.push_back({});
    for (std::uint32_t n = 0; n < spec.neurons; ++n)
      network.places.core_of[PopulationId{0}].push_back(CoreId{n % kCores});
    network.places.core_names = {"a", "b", "c"};
    const SampleTrace golden = IntegerEngine(network.network).run({}, kSteps);
    const EventLog log = random_events(golden, kCores, draw);
    const SpikeComparison comparison = network.compare(log);
    CHECK(comparison.unexplained() == 0);
    mismatched += comparison.mismatched();
    EventLog without_one;
    for (const PacketEvent& event : log.events().subspan(1)) without_one.add(event);
    without_one.finish();
    unexplained_without_one += network.compare(log, without_one).unexplained();
  }
  CHECK(mismatched > 1000);
  CHECK(unexplained_without_one > 0);
}

TEST_CASE("events are joined and sorted, whatever order they came in") {
  const PacketEvent late{3, kInput, 1, 2, kFirstCore, 1, EventCause::Late};
  const PacketEvent early{1, kInput, 7, 1, kFirstCore, -1, EventCause::Overrun};
  const EventLog log = log_of({late, early, late});
  REQUIRE(log.events().size() == 2);
  CHECK(log.events()[0] == early);
  CHECK(log.events()[1].count == 4);
  CHECK(log_of({late, late, early}).events()[1] == log.events()[1]);
  CHECK(log.noted() == 3);
}

TEST_CASE("SpiNNaker's neurons are replayed like all others") {
  RandomNetworkSpec spec;
  spec.neurons = 40;
  spec.fan_out = 10;
  LoweredNetwork network = random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{3});
  network.is_spinnaker = true;
  LoweredPopulation& neurons = network.populations[PopulationId{0}];
  SpinnakerProfile leaky;
  leaky.v_threshold = 1000;
  leaky.exp_tc = 30000;
  leaky.exc_shift = leaky.inh_shift = 8;
  neurons.spinnaker.assign(neurons.profiles.size(), leaky);
  SpinnakerEngine engine(network);
  const SampleTrace golden = engine.run({}, 30, true);
  ReceiverOfNeuron receivers;
  receivers.push_back(std::vector<CoreId>(spec.neurons, kFirstCore));
  const SampleTrace again = engine.replay({}, {golden, {}, receivers}, 30, true);
  CHECK(golden.spikes.size() > 0);
  CHECK(again.spikes == golden.spikes);
  const PacketEvent late{
      golden.spikes[0].step, {}, golden.spikes[0].neuron, 1, kFirstCore, 1, EventCause::Late};
  const SampleTrace other = engine.replay({}, {golden, {&late, 1}, receivers}, 30, true);
  bool differs = false;
  for (std::size_t i = 0; i < golden.states.size(); ++i)
    differs = differs || golden.states[i].v != other.states[i].v;
  CHECK(differs);
}
