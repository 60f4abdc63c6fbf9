// An output of a router: it grants one request at a time, the first at or after its pointer in the
// order of inputs, and keeps the credits of the queues behind it, one queue per virtual channel. It
// takes a packet every Interval cycles at most.

module sl_router_output #(
  parameter  int unsigned Inputs = 8,
  parameter  int unsigned Channels = 1,
  parameter  int unsigned Credits = 4,       // 0: a sink, which needs none
  parameter  int unsigned MostInterval = 1,
  localparam int unsigned IntervalBits = $clog2(MostInterval + 1)
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  input  logic [  Channels-1:0] credit_i,      // a queue was popped
  input  logic                  credit_all_i,  // all were emptied of what had arrived
  output logic [  Channels-1:0] can_send_o,  // by channel: not busy, and there is a credit
  input  logic [    Inputs-1:0] request_i,   // of those that can be served in this cycle
  output logic [    Inputs-1:0] grant_o,     // one of them
  input  logic                  channel_i,   // of the winner
  input  logic [IntervalBits-1:0] interval_i  // until the output takes the next packet
);

  logic [Inputs-1:0] behind_q;  // the inputs at and after the pointer
  logic [Inputs-1:0] first, candidates;
  logic granted;

  assign first      = request_i & behind_q;
  assign candidates = first != '0 ? first : request_i;
  assign grant_o    = candidates & (~candidates + 1'b1);
  assign granted    = request_i != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) behind_q <= '1;
    else if (clear_i) behind_q <= '1;
    else if (granted) behind_q <= ~(grant_o | (grant_o - 1'b1));
  end

  logic is_free;
  if (MostInterval == 1) begin : gen_always_free
    assign is_free = 1'b1;
    logic unused_interval;
    assign unused_interval = ^interval_i;
  end else begin : gen_busy
    logic [IntervalBits-1:0] busy_q;
    assign is_free = busy_q == '0;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) busy_q <= '0;
      else if (clear_i) busy_q <= '0;
      else if (granted) busy_q <= interval_i - 1'b1;
      else if (busy_q != '0) busy_q <= busy_q - 1'b1;
    end
  end

  if (Credits == 0) begin : gen_sink
    assign can_send_o = {Channels{is_free}};
    logic unused_credit;
    assign unused_credit = ^{credit_i, credit_all_i, channel_i};
  end else begin : gen_credits
    localparam int unsigned CountBits = $clog2(Credits + 1);
    for (genvar c = 0; c < Channels; c++) begin : gen_channel
      logic [CountBits-1:0] credits_q;
      logic taken;
      assign taken = granted && (Channels == 1 || channel_i == 1'(c));
      assign can_send_o[c] = is_free && credits_q != '0;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) credits_q <= CountBits'(Credits);
        else if (clear_i) credits_q <= CountBits'(Credits);
        else if (credit_all_i) credits_q <= CountBits'(Credits) - CountBits'(taken);
        else if (taken != credit_i[c]) credits_q <= taken ? credits_q - 1'b1 : credits_q + 1'b1;
      end
    end
    if (Channels == 1) begin : gen_one_channel
      logic unused_channel;
      assign unused_channel = channel_i;
    end
  end

endmodule
