#include "models/inputs/encoder.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

constexpr double kMostMeanCount = 500;  // e^-500 is a number, e^-1000 is none
constexpr double kMostCount = 2000;     // beyond it, the probabilities of that mean are 0
constexpr double kLatencyEpsilon = 1e-7;
constexpr std::size_t kMostEvents = std::size_t{1} << 26;  // of a sample: 1 GiB
constexpr std::uint64_t kMostIdentities = std::uint64_t{1} << 32;

/// The events of one sample; a function of nothing but what it was made from.
class EventMaker {
 public:
  EventMaker(std::shared_ptr<const Frames> frames,
             const EncoderSpec& encoder,
             const StepGrid& grid,
             Seed seed)
      : frames_(std::move(frames)),
        encoder_(encoder),
        grid_(grid),
        bernoulli_(seed, "input.bernoulli"),
        poisson_(seed, "input.poisson") {}

  std::vector<InputEvent> operator()(std::size_t sample) const {
    if (encoder_.name == EncoderName::Latency) return latencies(sample);
    if (encoder_.name == EncoderName::Delta) return changes(sample);
    const std::size_t elements = frames_->layout.element_offset.size();
    std::vector<InputEvent> events;
    for (std::uint32_t step = 0; step < grid_.steps; ++step)
      for (std::uint32_t i = 0; i < elements; ++i)
        if (const double value = driven(sample, i, step); value != 0)
          events.push_back({step, i, value});
    return events;
  }

  /// What a value means to the encoder: a current, a probability, a mean count, or itself.
  double strength(double x) const {
    switch (encoder_.name) {
      case EncoderName::Constant:
      case EncoderName::Bernoulli:
        return x * encoder_.gain + encoder_.offset;
      case EncoderName::Poisson:
        return x * encoder_.max_rate.value() * grid_.dt.value();
      default:
        return x;
    }
  }

 private:
  double driven(std::size_t sample, std::uint32_t i, std::uint32_t step) const {
    const double strength_now = strength(frames_->value(sample, step, i));
    if (encoder_.name == EncoderName::Constant || strength_now == 0) return strength_now;
    const auto identity =
        static_cast<std::uint32_t>(sample * frames_->layout.element_offset.size() + i);
    if (encoder_.name == EncoderName::Bernoulli)
      return bernoulli_.unit(identity, step) < strength_now ? 1.0 : 0.0;
    return poisson_count(strength_now, poisson_.unit(identity, step));
  }

  /// Inverse of the cumulative distribution: the least count whose probability of that or less
  /// exceeds `uniform`.
  static double poisson_count(double mean, double uniform) {
    double count = 0, probability = std::exp(-mean), sum = probability;
    while (uniform >= sum && count < kMostCount) {
      probability *= mean / ++count;
      sum += probability;
    }
    return count;
  }

  std::vector<InputEvent> latencies(std::size_t sample) const {
    const std::size_t elements = frames_->layout.element_offset.size();
    std::vector<InputEvent> events;
    for (std::uint32_t i = 0; i < elements; ++i) {
      const double x = frames_->value(sample, 0, i);
      if (encoder_.clip && x < encoder_.threshold) continue;
      const double step = std::nearbyint(latency_of(x));
      if (step < grid_.steps) events.push_back({static_cast<std::uint32_t>(step), i, 1.0});
    }
    return summed(std::move(events));
  }

  double latency_of(double x) const {
    const double threshold = encoder_.threshold;
    const double last = grid_.steps - 1.0;
    if (encoder_.code == LatencyCode::Linear)
      return std::min(1 - x, 1 - threshold) * (encoder_.normalize ? last : encoder_.tau_steps);
    const double charged = std::max(x, threshold + kLatencyEpsilon);
    const double dimmest = std::log((threshold + kLatencyEpsilon) / kLatencyEpsilon);
    const double latency = std::log(charged / (charged - threshold));
    return encoder_.normalize ? latency * last / dimmest : latency * encoder_.tau_steps;
  }

  std::vector<InputEvent> changes(std::size_t sample) const {
    const auto elements = static_cast<std::uint32_t>(frames_->layout.element_offset.size());
    const bool channel = encoder_.off_spikes == OffSpikes::Channel;
    std::vector<InputEvent> events;
    for (std::uint32_t step = 0; step < grid_.steps; ++step) {
      if (channel) add_changes(sample, step, -1, 0, events);
      add_changes(sample, step, 1, channel ? elements : 0, events);
    }
    return events;
  }

  // Rises or falls (direction 1 or -1) from the step before.
  void add_changes(std::size_t sample,
                   std::uint32_t step,
                   int direction,
                   std::uint32_t first,
                   std::vector<InputEvent>& events) const {
    const auto elements = static_cast<std::uint32_t>(frames_->layout.element_offset.size());
    for (std::uint32_t i = 0; i < elements; ++i) {
      const double change = direction * change_at(sample, step, i);
      if (change >= encoder_.threshold)
        events.push_back({step, first + i, 1.0});
      else if (encoder_.off_spikes == OffSpikes::Negative && -change >= encoder_.threshold)
        events.push_back({step, first + i, -1.0});
    }
  }

  double change_at(std::size_t sample, std::uint32_t step, std::uint32_t i) const {
    const double now = frames_->value(sample, step, i);
    if (step > 0) return now - frames_->value(sample, step - 1, i);
    return encoder_.padding ? 0.0 : now;
  }

  std::shared_ptr<const Frames> frames_;
  EncoderSpec encoder_;
  StepGrid grid_;
  RandomStream bernoulli_, poisson_;
};

/// Looks at every value that will be encoded.
class EncodingCheck {
 public:
  EncodingCheck(const Frames& frames,
                const EventMaker& maker,
                const EncoderSpec& encoder,
                const StepGrid& grid,
                const std::string& file)
      : frames_(frames), maker_(maker), encoder_(encoder), grid_(grid), file_(file) {}

  /// Fills in what is known of all samples without making them.
  void check(std::size_t samples, InputData& data) {
    check_sizes(samples);
    for (std::size_t sample = 0; sample < samples; ++sample) check_sample(sample, data);
    if (encoder_.name == EncoderName::Constant) return;
    data.largest.value = encoder_.name == EncoderName::Poisson ? kMostCount : 1;
    data.is_counts = encoder_.off_spikes != OffSpikes::Negative;
  }

 private:
  void check_sizes(std::size_t samples) const {
    const FrameLayout& layout = frames_.layout;
    const bool is_random =
        encoder_.name == EncoderName::Bernoulli || encoder_.name == EncoderName::Poisson;
    if (is_random && samples > kMostIdentities / layout.element_offset.size())
      fail("has more than 2^32 values in the samples asked for, which random numbers tell apart");
    if (encoder_.name == EncoderName::Latency && layout.frames != 1)
      fail("has frames, but latency encodes a single image");
    if (encoder_.name == EncoderName::Delta && layout.frames == 1)
      fail("has a single frame a sample, but delta encodes changes from frame to frame");
    if (layout.frames != 1 && layout.frames < grid_.steps)
      fail("has " + std::to_string(layout.frames) + " frames, but " + std::to_string(grid_.steps) +
           " steps were asked for");
  }

  void check_sample(std::size_t sample, InputData& data) {
    const std::size_t frames = frames_.layout.frames == 1 ? 1 : std::size_t{grid_.steps};
    const std::size_t repeats =
        frames == 1 && encoder_.name != EncoderName::Latency ? grid_.steps : 1;
    std::size_t driven = 0;
    for (std::uint32_t frame = 0; frame < frames; ++frame)
      for (std::uint32_t i = 0; i < frames_.layout.element_offset.size(); ++i) {
        const double strength = strength_at(sample, frame, i);
        driven += strength != 0 ? repeats : 0;
        if (encoder_.name == EncoderName::Constant) data.note({frame, i, strength});
      }
    if (driven > kMostEvents)
      fail("sample " + std::to_string(sample) + " would have up to " + std::to_string(driven) +
           " events, allowed are " + std::to_string(kMostEvents) +
           ": fewer steps, or fewer values other than 0");
  }

  double strength_at(std::size_t sample, std::uint32_t frame, std::uint32_t i) const {
    const double x = frames_.value(sample, frame, i), strength = maker_.strength(x);
    const auto refuse = [&](const std::string& sentence) {
      throw InputError(file_,
                       "sample " + std::to_string(sample) + ", element " + std::to_string(i),
                       "value " + number_text(x) + sentence + "; \"scale\" multiplies values");
    };
    const bool is_in_range = strength >= 0 && strength <= highest();
    if (encoder_.name == EncoderName::Constant && !std::isfinite(strength))
      refuse(" makes a current of " + number_text(strength) + ", allowed are finite ones");
    if (encoder_.name == EncoderName::Bernoulli && !is_in_range)
      refuse(" makes a probability of " + number_text(strength) + ", allowed are 0 to 1");
    if (encoder_.name == EncoderName::Poisson && !is_in_range)
      refuse(" makes a mean count a step of " + number_text(strength) + ", allowed are 0 to 500");
    const bool is_linear =
        encoder_.name == EncoderName::Latency && encoder_.code == LatencyCode::Linear;
    if (is_linear && x > 1) refuse(" is above 1, the most that linear latency takes");
    return strength;
  }

  double highest() const { return encoder_.name == EncoderName::Poisson ? kMostMeanCount : 1; }

  [[noreturn]] void fail(const std::string& sentence) const {
    throw InputError(file_, "", sentence);
  }

  const Frames& frames_;
  const EventMaker& maker_;
  const EncoderSpec& encoder_;
  const StepGrid& grid_;
  const std::string& file_;
};

}  // namespace

std::optional<Shape> frame_shape(const EncoderSpec& encoder, const Shape& input) {
  const bool halves =
      encoder.name == EncoderName::Delta && encoder.off_spikes == OffSpikes::Channel;
  if (!halves) return input;
  if (input.size() == 1 && input[0] % 2 == 0) return Shape{input[0] / 2};
  if (input.size() > 1 && input[0] == 2) return Shape(input.begin() + 1, input.end());
  return std::nullopt;
}

InputData encode(Frames frames,
                 std::vector<SampleLabel> labels,
                 const EncoderSpec& encoder,
                 const StepGrid& grid,
                 Seed seed,
                 const std::string& file) {
  SPIKELOOM_CHECK(labels.size() <= frames.layout.samples, "every label has a sample");
  const auto shared = std::make_shared<const Frames>(std::move(frames));
  const EventMaker maker(shared, encoder, grid, seed);
  InputData data;
  EncodingCheck(*shared, maker, encoder, grid, file).check(labels.size(), data);
  data.samples = {std::move(labels), maker};
  return data;
}

}  // namespace spikeloom
