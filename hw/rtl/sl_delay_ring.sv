// What will arrive at the neurons of a core, by the step in which it does: a ring of Slots sums per
// neuron, modulo 2^SumBits. Every slot has a memory per lane, with a read and a write port; lane l
// serves neurons with number mod Lanes = l. So the update, which takes from the slot of the present
// step, and additions, which go to all other slots, never meet.

module sl_delay_ring #(
  parameter  int unsigned Neurons = 256,
  parameter  int unsigned Slots = 16,
  parameter  int unsigned Lanes = 1,
  parameter  int unsigned SumBits = 18,
  localparam int unsigned Words = (Neurons + Lanes - 1) / Lanes,
  localparam int unsigned WordBits = Words > 1 ? $clog2(Words) : 1,
  localparam int unsigned SlotBits = Slots > 1 ? $clog2(Slots) : 1,
  localparam int unsigned NeuronBits = Neurons > 1 ? $clog2(Neurons) : 1,
  localparam int unsigned CountBits = $clog2(Neurons + 1)
) (
  input logic clk_i,
  input logic rst_ni,

  // Clears a word of all lanes and of one slot per cycle, beginning with that of clear_i.
  input  logic                 clear_i,
  input  logic [CountBits-1:0] neurons_i,  // loaded; the others' sums stay
  output logic                 clears_o,

  input logic [SlotBits-1:0] slot_i,  // of the present step

  // Additions, one per lane: read in this cycle, added and written in the next.
  input logic [         Lanes-1:0] add_i,
  input logic [Lanes*SlotBits-1:0] add_slot_i,
  input logic [Lanes*WordBits-1:0] add_word_i,
  input logic [ Lanes*SumBits-1:0] add_amount_i,

  // The update takes a neuron's sum of the present step and leaves zero. The sum is there in the
  // next cycle, and stays until the next one is taken.
  input  logic                  take_i,
  input  logic [NeuronBits-1:0] take_neuron_i,
  output logic [   SumBits-1:0] sum_o
);

  // ---- clearing ----
  logic clears_q, last_word, last_clear, clears;
  logic [WordBits-1:0] clear_word_q;
  logic [SlotBits-1:0] clear_slot_q;

  assign last_word  = (32'(clear_word_q) + 1) * Lanes >= 32'(neurons_i);
  assign last_clear = last_word && clear_slot_q == SlotBits'(Slots - 1);
  assign clears     = (clear_i || clears_q) && neurons_i != '0;
  assign clears_o   = clears;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      clears_q     <= 1'b0;
      clear_word_q <= '0;
      clear_slot_q <= '0;
    end else if (clears) begin
      clears_q     <= !last_clear;
      clear_word_q <= last_word ? '0 : clear_word_q + 1'b1;
      if (last_word) clear_slot_q <= last_clear ? '0 : clear_slot_q + 1'b1;
    end
  end

  // ---- taking ----
  logic [WordBits-1:0] take_word, take_word_q;
  logic [SlotBits-1:0] take_slot_q;
  logic [Lanes-1:0] take_lane, take_lane_q;
  logic takes_q;  // zero is still to be written
  if (Lanes == 1) begin : gen_one_lane
    assign take_word = take_neuron_i;
    assign take_lane = 1'b1;
  end else begin : gen_lane
    assign take_word = WordBits'(32'(take_neuron_i) / Lanes);
    assign take_lane = Lanes'(1) << (32'(take_neuron_i) % Lanes);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) takes_q <= 1'b0;
    else takes_q <= take_i;
  end
  always_ff @(posedge clk_i) begin
    if (take_i) begin
      take_word_q <= take_word;
      take_slot_q <= slot_i;
      take_lane_q <= take_lane;
    end
  end

  // ---- adding ----
  logic [Lanes-1:0] add_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) add_q <= '0;
    else add_q <= clears ? '0 : add_i;
  end

  logic [Slots*Lanes*SumBits-1:0] stored;  // what each memory read last

  for (genvar l = 0; l < Lanes; l++) begin : gen_add
    logic [SlotBits-1:0] slot_q, last_slot_q;
    logic [WordBits-1:0] word_q, last_word_q;
    logic [SumBits-1:0] amount_q, last_sum_q, present, sum;
    logic last_q, forwards;

    // A sum that was written in the cycle of the read is not what was read.
    assign forwards = last_q && last_slot_q == slot_q && last_word_q == word_q;
    assign present   = forwards ? last_sum_q : stored[(32'(slot_q)*Lanes+l)*SumBits +: SumBits];
    assign sum      = present + amount_q;

    always_ff @(posedge clk_i) begin
      if (add_i[l]) begin
        slot_q   <= add_slot_i[l*SlotBits +: SlotBits];
        word_q   <= add_word_i[l*WordBits +: WordBits];
        amount_q <= add_amount_i[l*SumBits +: SumBits];
      end
      if (add_q[l]) begin
        last_slot_q <= slot_q;
        last_word_q <= word_q;
        last_sum_q  <= sum;
      end
    end
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) last_q <= 1'b0;
      else last_q <= add_q[l];
    end
  end

  // ---- the memories ----
  for (genvar s = 0; s < Slots; s++) begin : gen_slot
    for (genvar l = 0; l < Lanes; l++) begin : gen_lane
      logic takes, adds, zeroes, sums, writes;
      logic [WordBits-1:0] read_word, write_word;
      logic [SumBits-1:0] write_sum;
      assign takes  = take_i && take_lane[l] && slot_i == SlotBits'(s);
      assign adds   = add_i[l] && add_slot_i[l*SlotBits +: SlotBits] == SlotBits'(s);
      assign zeroes = takes_q && take_lane_q[l] && take_slot_q == SlotBits'(s);
      assign sums   = add_q[l] && !clears && gen_add[l].slot_q == SlotBits'(s);
      assign writes = zeroes || sums || (clears && clear_slot_q == SlotBits'(s));
      assign read_word  = takes ? take_word : add_word_i[l*WordBits +: WordBits];
      assign write_word = clears ? clear_word_q : zeroes ? take_word_q : gen_add[l].word_q;
      assign write_sum  = sums ? gen_add[l].sum : '0;
      sl_ram #(
        .Words(Words),
        .Width(SumBits)
      ) u_memory (
        .clk_i,
        .write_i        (writes),
        .write_address_i(write_word),
        .write_data_i   (write_sum),
        .read_i         (takes || adds),
        .read_address_i (read_word),
        .read_data_o    (stored[(s*Lanes+l)*SumBits +: SumBits])
      );
    end
  end

  // ---- what was taken ----
  always_comb begin
    sum_o = '0;
    for (int l = 0; l < Lanes; l++) begin
      if (take_lane_q[l]) sum_o = stored[(32'(take_slot_q)*Lanes+l)*SumBits +: SumBits];
    end
  end

endmodule
