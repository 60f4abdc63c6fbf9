#include <doctest/doctest.h>

#include <tuple>

#include "models/inputs/images.hpp"
#include "tests/unit/inputs/array_files.hpp"

using namespace spikeloom;
using namespace spikeloom_test;

namespace {

constexpr StepGrid kOneStep{Seconds(1e-3), 1};

/// The values of a sample in step 0, as constant currents of the scale given.
std::vector<double> values(const InputData& data, std::size_t sample, std::size_t elements) {
  std::vector<double> result(elements);
  for (const InputEvent& event : data.samples[sample].events)
    if (event.step == 0) result[event.index] = event.value;
  return result;
}

InputData read_at(const std::string& path,
                  const Shape& input,
                  ImageSource source = {},
                  const StepGrid& grid = kOneStep) {
  source.images = path;
  if (!source.scale) source.scale = 1;
  return read_images(source, {}, input, grid, Seed(1));
}

InputData read(const std::string& content, const Shape& input, const ImageSource& source = {}) {
  const TemporaryFile file("images");
  file.write(content);
  return read_at(file.path(), input, source);
}

std::string refusal(const std::string& content,
                    const Shape& input,
                    const ImageSource& source = {},
                    const StepGrid& grid = kOneStep) {
  return refusal_of(content, [&](const std::string& path) { read_at(path, input, source, grid); });
}

ImageSource with_axes(const std::string& axes) {
  ImageSource source;
  source.axes = axes;
  return source;
}

ImageSource with_count(std::size_t count) {
  ImageSource source;
  source.count = count;
  return source;
}

const Bytes kTwelve = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

}  // namespace

TEST_CASE("an array of the input's shape is one image, with one more axis in front many") {
  const std::vector<double> all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  for (const Shape& input : {Shape{3, 4}, Shape{1, 3, 4}, Shape{12}}) {
    const InputData one = read(idx({3, 4}, kTwelve), input);
    REQUIRE(one.samples.size() == 1);
    CHECK(values(one, 0, 12) == all);
  }
  for (const Shape& input : {Shape{2, 2}, Shape{4}, Shape{1, 2, 2}}) {
    const InputData many = read(idx({3, 2, 2}, kTwelve), input);
    REQUIRE(many.samples.size() == 3);
    CHECK(values(many, 2, 4) == std::vector<double>{8, 9, 10, 11});
  }
  const InputData flat = read(idx({3, 4}, kTwelve), {2, 2});
  CHECK(values(flat, 1, 4) == std::vector<double>{4, 5, 6, 7});
}

TEST_CASE("axes bring an array into the order channel, height, width") {
  // Element (w, h, c) of the file holds 100 w + 10 h + c, of shape (2, 3, 2).
  Bytes bytes;
  for (int w = 0; w < 2; ++w)
    for (int h = 0; h < 3; ++h)
      for (int c = 0; c < 2; ++c) bytes.push_back(static_cast<std::uint8_t>(100 * w + 10 * h + c));
  const std::vector<double> expected = {0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121};
  CHECK(values(read(idx({2, 3, 2}, bytes), {2, 3, 2}, with_axes("whc")), 0, 12) == expected);
  CHECK(values(read(idx({2, 3, 2}, bytes), {12}, with_axes("whc")), 0, 12) == expected);
  const InputData samples = read(idx({2, 3, 2}, bytes), {2, 3}, with_axes("chn"));
  REQUIRE(samples.samples.size() == 2);
  CHECK(values(samples, 1, 6) == std::vector<double>{1, 11, 21, 101, 111, 121});
  CHECK(refusal(idx({2, 3, 2}, bytes), {3, 2, 2}, with_axes("whc")) ==
        ": has images of shape (2, 3, 2) by the axes \"whc\", the network's input has (3, 2, 2)");
}

TEST_CASE("Fortran order is the order of the axes reversed") {
  const std::string values_in_order = text_of({0, 1, 2, 3, 4, 5});
  CHECK(values(read(npy("|u1", "True", "(2, 3)", values_in_order), {2, 3}), 0, 6) ==
        std::vector<double>{0, 2, 4, 1, 3, 5});
  const InputData samples = read(npy("|u1", "True", "(3, 2)", values_in_order), {2}, with_count(2));
  REQUIRE(samples.samples.size() == 2);
  CHECK(values(samples, 1, 2) == std::vector<double>{1, 4});
}

TEST_CASE("only the samples asked for are read") {
  const std::string cut = idx({3, 2, 2}, kTwelve).substr(0, 16 + 8);
  CHECK(read(cut, {4}, with_count(2)).samples.size() == 2);
  CHECK(refusal(cut, {4}) ==
        "#byte 24: ends after 8 bytes of values, expected 12 for shape (3, 2, 2)");
  CHECK(refusal(idx({3, 2, 2}, kTwelve), {4}, with_count(4)) ==
        ": has 3 samples, but 4 were asked for");
  CHECK(read("1,2\n3,4\nx,y,z\n", {2}, with_count(2)).samples.size() == 2);
}

TEST_CASE("unsigned bytes of IDX are scaled to 1, other values are left as they are") {
  const TemporaryFile file("images");
  const auto first = [&](const std::string& content) {
    file.write(content);
    const InputData data =
        read_images({file.path(), "", LabelColumn::None, "", {}, 0}, {}, {1}, kOneStep, Seed(1));
    return data.samples[0].events.at(0).value;
  };
  CHECK(first(idx({1, 1}, {255})) == 1.0);
  CHECK(first(idx({1, 1}, {51})) == doctest::Approx(0.2));
  CHECK(first(idx(0x09, {1, 1}, "\x33")) == 51);
  CHECK(first(npy("|u1", "False", "(1,)", "\x33")) == 51);
  CHECK(first("51\n") == 51);
}

TEST_CASE("images in CSV may have a header and a column of labels") {
  ImageSource source;
  source.label_column = LabelColumn::First;
  const InputData first = read("label,p0,p1\n3,1,2\n 4 , 5 , 6 \r\n", {2, 1}, source);
  REQUIRE(first.samples.size() == 2);
  CHECK(first.samples.label(1) == 4u);
  CHECK(values(first, 1, 2) == std::vector<double>{5, 6});
  source.label_column = LabelColumn::Last;
  const InputData last = read("1,2,3\n5,6,4\n", {2}, source);
  CHECK(last.samples.label(0) == 3u);
  CHECK(values(last, 0, 2) == std::vector<double>{1, 2});
}

TEST_CASE("labels come from IDX, NumPy or text, one for each image") {
  const TemporaryFile images("images"), labels("labels");
  images.write(idx({3, 2, 2}, kTwelve));
  ImageSource source;
  source.labels = labels.path();
  for (const std::string& content : {idx({3}, {7, 8, 9}),
                                     npy("|u1", "False", "(3,)", "\7\x8\x9"),
                                     std::string("label\n7\n8\n9\n")}) {
    labels.write(content);
    const InputData data = read_at(images.path(), {4}, source);
    CHECK(data.samples.label(0) == 7u);
    CHECK(data.samples.label(2) == 9u);
  }
  const auto refused = [&](const std::string& content) {
    labels.write(content);
    return refusal_after<InputError>(labels.path(), [&] { read_at(images.path(), {4}, source); });
  };
  CHECK(refused(idx({2}, {7, 8})) == ": has 2 labels for 3 images");
  CHECK(refused("1\n2\n3\n4\n") == ": has 4 labels for 3 images");
  CHECK(refused(idx({3, 1}, {7, 8, 9})) == "#byte 0: has shape (3, 1), labels are a list");
  CHECK(refused("1,2\n") == "#line 1: has several columns, labels are a list");
  CHECK(refused("1\n2\n-3\n") ==
        "#line 3, column 0: '-3' is not a whole number from 0 to 4294967294");
  CHECK(refused(idx(0x09, {3}, "\1\2\xff")) ==
        "#byte 10: label -1 is not a whole number from 0 to 4294967294");
  CHECK(refused("") == ": is empty");
}

TEST_CASE("images that do not fit the network are refused") {
  CHECK(refusal(idx({3, 2, 2}, kTwelve), {5}) ==
        ": has shape (3, 2, 2), the network's input has (5); \"axes\" may say which axis is which, "
        "such as \"nhwc\"");
  CHECK(refusal(idx({2, 2, 3}, kTwelve), {3, 2, 2}) ==
        ": has shape (2, 2, 3), the network's input has (3, 2, 2); \"axes\" may say which axis is "
        "which, such as \"nhwc\"");
  CHECK(refusal(idx({3, 2, 2}, kTwelve), {4}, with_axes("nw")) ==
        ": has shape (3, 2, 2), but \"axes\" names 2 axes: \"nw\"");
  CHECK(refusal("1,2,3\n", {2}) == ": has 3 values a row, the network's input 2");
  CHECK(refusal("1,2\n", {2}, with_axes("nw")) ==
        ": is CSV, an image a row: \"axes\" does not apply");
  CHECK(refusal(idx({3, 2}, {1, 2, 3, 4, 5, 6}), {2}, with_axes("tw"), {Seconds(1e-3), 4}) ==
        ": has 3 frames, but 4 steps were asked for");
}

TEST_CASE("bad rows of images are refused with line and column") {
  CHECK(refusal("1,2\n3\n", {2}) == "#line 2: has 1 columns, expected 2");
  CHECK(refusal("a,b\n1,x\n", {2}) == "#line 2, column 'b': 'x' is not a finite number");
  CHECK(refusal("1,2\n1,\x01\n", {2}) == "#line 2, column 1: '\\x01' is not a finite number");
  CHECK(refusal("a,b\n", {2}) == ": has no rows of numbers");
  CHECK(refusal("", {2}) == ": is empty");
  CHECK(refusal(" \n\n", {2}) == ": has no rows of numbers");
  ImageSource source;
  source.label_column = LabelColumn::Last;
  CHECK(refusal("1,2,0.5\n", {2}, source) ==
        "#line 1, column 2: '0.5' is not a whole number from 0 to 4294967294");
  CHECK(refusal("1\n", {2}, source) == "#line 1: has a label and no values");
  CHECK(refusal("\n", {2}, source) == ": has no rows of numbers");
  CHECK(refusal(idx({3, 2, 2}, kTwelve), {4}, source) ==
        ": is no CSV, so \"label_column\" does not apply");
}

TEST_CASE("frames are shown one a step") {
  const TemporaryFile file("frames");
  file.write(idx({3, 2}, {1, 2, 3, 4, 5, 6}));
  const InputData data = read_at(file.path(), {2}, with_axes("tw"), {Seconds(1e-3), 2});
  REQUIRE(data.samples.size() == 1);
  std::vector<std::tuple<std::uint32_t, std::uint32_t, double>> events;
  for (const InputEvent& event : data.samples[0].events)
    events.emplace_back(event.step, event.index, event.value);
  CHECK(events == std::vector<std::tuple<std::uint32_t, std::uint32_t, double>>{
                      {0, 0, 1}, {0, 1, 2}, {1, 0, 3}, {1, 1, 4}});
}
