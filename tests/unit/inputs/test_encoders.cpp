#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <tuple>

#include "models/base/error.hpp"
#include "models/inputs/encoder.hpp"
#include "models/inputs/images.hpp"
#include "models/inputs/readers.hpp"
#include "tests/unit/inputs/array_files.hpp"

using namespace spikeloom;
using namespace spikeloom_test;

namespace {

using Event = std::tuple<std::uint32_t, std::uint32_t, double>;
using Values = std::vector<double>;

/// Frames of one sample each, of the elements of the innermost lists.
Frames frames_of(const std::vector<std::vector<Values>>& samples) {
  const std::size_t frames = samples[0].size(), elements = samples[0][0].size();
  Frames result;
  result.array.header = {{samples.size(), frames, elements}, NumberType::F64, false, false};
  result.layout = layout_of(result.array.header, "ntw", {elements}, "");
  for (const auto& sample : samples)
    for (const Values& frame : sample)
      for (const double value : frame) {
        const std::size_t at = result.array.bytes.size();
        result.array.bytes.resize(at + sizeof value);
        std::memcpy(result.array.bytes.data() + at, &value, sizeof value);
      }
  return result;
}

InputData encode_as(const EncoderSpec& encoder,
                    const std::vector<std::vector<Values>>& samples,
                    std::uint32_t steps,
                    std::uint32_t seed = 1) {
  return encode(frames_of(samples),
                std::vector<SampleLabel>(samples.size()),
                encoder,
                {Seconds(1e-3), steps},
                Seed(seed),
                "x.npy");
}

std::vector<Event> events_of(const InputData& data, std::size_t sample = 0) {
  std::vector<Event> events;
  for (const InputEvent& e : data.samples[sample].events)
    events.emplace_back(e.step, e.index, e.value);
  return events;
}

std::string refusal(const EncoderSpec& encoder,
                    const std::vector<std::vector<Values>>& samples,
                    std::uint32_t steps) {
  return refusal_after<InputError>("x.npy", [&] { encode_as(encoder, samples, steps); });
}

EncoderSpec named(EncoderName name) {
  EncoderSpec encoder;
  encoder.name = name;
  return encoder;
}

EncoderSpec poisson(double max_rate) {
  EncoderSpec encoder = named(EncoderName::Poisson);
  encoder.max_rate = Hertz(max_rate);
  return encoder;
}

/// The one step in which each value spikes; none: -1.
std::vector<int> latencies(const EncoderSpec& encoder, const Values& values, std::uint32_t steps) {
  std::vector<int> result(values.size(), -1);
  for (const auto& [step, index, value] : events_of(encode_as(encoder, {{values}}, steps))) {
    CHECK(result[index] == -1);
    result[index] = static_cast<int>(step);
  }
  return result;
}

}  // namespace

TEST_CASE("constant presents value times gain plus offset in every step") {
  EncoderSpec encoder;
  CHECK(events_of(encode_as(encoder, {{{0, 3}}}, 2)) == std::vector<Event>{{0, 1, 3}, {1, 1, 3}});
  CHECK(encode_as(encoder, {{{0, 3}}}, 2).is_counts);
  CHECK(encode_as(encoder, {{{0, 3}}}, 2).largest.value == 3);
  encoder.gain = 0.5;
  encoder.offset = -1;
  const InputData currents = encode_as(encoder, {{{2, 3}}, {{0, 2}}}, 1);
  CHECK(events_of(currents, 0) == std::vector<Event>{{0, 1, 0.5}});
  CHECK(events_of(currents, 1) == std::vector<Event>{{0, 0, -1}});
  CHECK_FALSE(currents.is_counts);
}

TEST_CASE("bernoulli spikes always at probability 1, never at 0, and else as often as it says") {
  constexpr std::uint32_t kSteps = 40'000;
  const std::vector<double> probabilities = {0, 1, 0.5, 0.1, 0.003};
  const InputData data = encode_as(named(EncoderName::Bernoulli), {{probabilities}}, kSteps);
  std::map<std::uint32_t, double> spikes;
  for (const auto& [step, index, value] : events_of(data)) spikes[index] += value;
  CHECK(spikes[0] == 0);
  CHECK(spikes[1] == kSteps);
  for (std::uint32_t i = 2; i < probabilities.size(); ++i) {
    CAPTURE(i);
    const double p = probabilities[i], deviation = std::sqrt(kSteps * p * (1 - p));
    CHECK(std::abs(spikes[i] - kSteps * p) < 3 * deviation);
  }
  CHECK(data.is_counts);
}

TEST_CASE("poisson counts have the mean and the variance of their rate") {
  constexpr std::uint32_t kSteps = 40'000;
  const Values values = {0, 0.01, 0.25, 1};
  const double max_rate = 3000;  // 3 a step of 1 ms
  const InputData data = encode_as(poisson(max_rate), {{values}}, kSteps);
  std::vector<double> sum(values.size()), squares(values.size());
  for (const auto& [step, index, value] : events_of(data)) {
    sum[index] += value;
    squares[index] += value * value;
  }
  CHECK(sum[0] == 0);
  for (std::size_t i = 1; i < values.size(); ++i) {
    CAPTURE(i);
    const double mean = values[i] * max_rate * 1e-3;
    CHECK(std::abs(sum[i] - kSteps * mean) < 3 * std::sqrt(kSteps * mean));
    const double variance = squares[i] / kSteps - std::pow(sum[i] / kSteps, 2);
    CHECK(variance == doctest::Approx(mean).epsilon(0.05));
  }
}

TEST_CASE("the largest mean count that is taken gives counts around it") {
  const InputData data = encode_as(poisson(500e3), {{{1}}}, 1000);
  double sum = 0;
  for (const auto& [step, index, value] : events_of(data)) sum += value;
  CHECK(std::abs(sum / 1000 - 500) < 3 * std::sqrt(500.0 / 1000));
}

TEST_CASE("random events are the same for the same seed, in any order, and others for another") {
  const std::vector<std::vector<Values>> samples(3, {Values(20, 0.3)});
  const InputData first = encode_as(named(EncoderName::Bernoulli), samples, 50);
  const InputData second = encode_as(named(EncoderName::Bernoulli), samples, 50);
  const auto last = events_of(second, 2);
  CHECK(events_of(second, 0) == events_of(first, 0));
  CHECK(events_of(first, 2) == last);
  CHECK(events_of(first, 0) != last);
  CHECK(events_of(encode_as(named(EncoderName::Bernoulli), samples, 50, 2), 0) !=
        events_of(first, 0));
  // A sample does not depend on how many steps or samples there are.
  std::vector<Event> beginning;
  for (const Event& event : events_of(first, 0))
    if (std::get<0>(event) < 10) beginning.push_back(event);
  CHECK(events_of(encode_as(named(EncoderName::Bernoulli), {samples[0]}, 10)) == beginning);
}

TEST_CASE("random events are those of the streams input.bernoulli and input.poisson") {
  const Values values = {0.5, 0.25, 0.75};
  std::vector<Event> bernoulli, counts;
  const RandomStream coin(Seed(7), "input.bernoulli"), dice(Seed(7), "input.poisson");
  const std::vector<std::vector<Values>> samples = {{values}, {values}};
  for (std::uint32_t step = 0; step < 20; ++step)
    for (std::uint32_t i = 0; i < 3; ++i) {
      if (coin.unit(3 + i, step) < values[i]) bernoulli.emplace_back(step, i, 1);
      double count = 0, term = std::exp(-2 * values[i]), sum = term;
      for (; dice.unit(3 + i, step) >= sum; sum += term) term *= 2 * values[i] / ++count;
      if (count > 0) counts.emplace_back(step, i, count);
    }
  CHECK(events_of(encode_as(named(EncoderName::Bernoulli), samples, 20, 7), 1) == bernoulli);
  CHECK(events_of(encode_as(poisson(2000), samples, 20, 7), 1) == counts);
}

// Computed by an independent Threefry-2x32, FNV-1a and inverse distribution.
TEST_CASE("pinned random events do not change") {
  const InputData data = encode_as(named(EncoderName::Bernoulli), {{{0.5, 0.25}}}, 6, 42);
  CHECK(events_of(data) ==
        std::vector<Event>{{0, 0, 1}, {2, 1, 1}, {3, 0, 1}, {4, 0, 1}, {5, 0, 1}, {5, 1, 1}});
  CHECK(events_of(encode_as(poisson(1000), {{{0.5, 2}}}, 4, 42)) ==
        std::vector<Event>{{0, 1, 2}, {1, 0, 1}, {1, 1, 2}, {2, 0, 1}, {2, 1, 5}, {3, 0, 2}});
}

TEST_CASE("linear latency is that of snntorch.spikegen.latency") {
  // Its documentation: latency([0.02, 0.5, 1], num_steps=5, normalize=True, linear=True).
  EncoderSpec encoder = named(EncoderName::Latency);
  encoder.code = LatencyCode::Linear;
  encoder.normalize = true;
  CHECK(latencies(encoder, {0.02, 0.5, 1}, 5) == std::vector<int>{4, 2, 0});
  CHECK(latencies(encoder, {0, 0.005, 0.7}, 101) == std::vector<int>{99, 99, 30});
  encoder.clip = true;
  CHECK(latencies(encoder, {0, 0.005, 0.7}, 101) == std::vector<int>{-1, -1, 30});
  encoder.normalize = false;
  encoder.tau_steps = 10;
  CHECK(latencies(encoder, {1, 0.75, 0.9, 0.4, 0.2}, 8) == std::vector<int>{0, 2, 1, 6, -1});
}

TEST_CASE("logarithmic latency is when a neuron charged by the value crosses the threshold") {
  EncoderSpec encoder = named(EncoderName::Latency);
  encoder.tau_steps = 20;
  // 20 ln(y / (y - 0.01)) with y = 1, 0.1, 0.02, and 0.0100001 at and below the threshold: 230.26
  CHECK(latencies(encoder, {1, 0.1, 0.02, 0.01, 0}, 1000) == std::vector<int>{0, 2, 14, 230, 230});
  CHECK(latencies(encoder, {0.02, 0}, 100) == std::vector<int>{14, -1});
  encoder.normalize = true;
  CHECK(latencies(encoder, {1, 0.02, 0.01, 0}, 100) == std::vector<int>{0, 6, 99, 99});
}

TEST_CASE("delta spikes where a value changes by the threshold, as snntorch.spikegen.delta") {
  // The examples of its documentation.
  EncoderSpec encoder = named(EncoderName::Delta);
  encoder.threshold = 1;
  const auto spikes = [&](const Values& values) {
    std::vector<Values> frames;
    for (const double value : values) frames.push_back({value});
    Values result(values.size());
    const InputData data = encode_as(encoder, {frames}, static_cast<std::uint32_t>(values.size()));
    for (const auto& [step, index, value] : events_of(data)) result[step] = value;
    return result;
  };
  CHECK(spikes({1, 2, 2.75, 3, 4}) == Values{1, 1, 0, 0, 1});
  encoder.padding = true;
  CHECK(spikes({1, 2, 2.75, 3, 4}) == Values{0, 1, 0, 0, 1});
  encoder.off_spikes = OffSpikes::Negative;
  CHECK(spikes({1, 2, 0, 2, 2.5}) == Values{0, 1, -1, 1, 0});
  encoder.padding = false;
  CHECK(spikes({1, 2, 0, 2, 2.5}) == Values{1, 1, -1, 1, 0});
}

TEST_CASE("delta gives falls elements of their own, before those of rises") {
  EncoderSpec encoder = named(EncoderName::Delta);
  encoder.off_spikes = OffSpikes::Channel;
  CHECK(frame_shape(encoder, {2, 3, 4}) == Shape{3, 4});
  CHECK(frame_shape(encoder, {10}) == Shape{5});
  CHECK_FALSE(frame_shape(encoder, {3, 3, 4}).has_value());
  CHECK_FALSE(frame_shape(encoder, {11}).has_value());
  CHECK(events_of(encode_as(encoder, {{{1, 0}, {0, 1}}}, 2)) ==
        std::vector<Event>{{0, 2, 1}, {1, 0, 1}, {1, 3, 1}});
}

TEST_CASE("a table of currents can be encoded step by step") {
  const TemporaryFile file("table.csv");
  file.write("0,1\n1,1\n1,0\n9,9\n");
  const StepGrid grid{Seconds(1e-3), 3};
  const InputData currents = read_csv(file.path(), "*", 2, 3);
  const InputData data =
      encode_currents(currents, 2, named(EncoderName::Delta), grid, Seed(1), file.path());
  CHECK(events_of(data) == std::vector<Event>{{0, 1, 1}, {1, 0, 1}});
}

TEST_CASE("a table is not spread over more elements than fit the memory") {
  InputData currents;
  currents.add({});
  const StepGrid grid{Seconds(1e-3), 1'000'000};
  CHECK_THROWS_WITH_AS(
      encode_currents(currents, 100'000, {}, grid, Seed(1), "x.csv"),
      "x.csv: is a table of 1000000 steps for 100000 elements; encoders take up to 67108864 values",
      InputError);
}

TEST_CASE("values that an encoder does not take are refused with sample and element") {
  CHECK(refusal(named(EncoderName::Bernoulli), {{{0, 1}}, {{0.5, 255}}}, 1) ==
        "#sample 1, element 1: value 255 makes a probability of 255, allowed are 0 to 1; \"scale\" "
        "multiplies values");
  CHECK(refusal(named(EncoderName::Bernoulli), {{{-0.5}}}, 1) ==
        "#sample 0, element 0: value -0.5 makes a probability of -0.5, allowed are 0 to 1; "
        "\"scale\" multiplies values");
  CHECK(refusal(poisson(1e6), {{{1}}}, 1) ==
        "#sample 0, element 0: value 1 makes a mean count a step of 1000, allowed are 0 to 500; "
        "\"scale\" multiplies values");
  EncoderSpec encoder = named(EncoderName::Latency);
  encoder.code = LatencyCode::Linear;
  CHECK(refusal(encoder, {{{1.5}}}, 1) ==
        "#sample 0, element 0: value 1.5 is above 1, the most that linear latency takes; \"scale\" "
        "multiplies values");
  encoder = {};
  encoder.gain = 1e30;
  CHECK(refusal(encoder, {{{1e300}}}, 1) ==
        "#sample 0, element 0: value 1e+300 makes a current of inf, allowed are finite ones; "
        "\"scale\" multiplies values");
}

TEST_CASE("what does not fit an encoder is refused") {
  CHECK(refusal(named(EncoderName::Delta), {{{1}}}, 1) ==
        ": has a single frame a sample, but delta encodes changes from frame to frame");
  CHECK(refusal(named(EncoderName::Latency), {{{1}, {1}}}, 1) ==
        ": has frames, but latency encodes a single image");
  CHECK(refusal({}, {{Values(100, 1)}}, 1'000'000) ==
        ": sample 0 would have up to 100000000 events, allowed are 67108864: fewer steps, or fewer "
        "values other than 0");
}
