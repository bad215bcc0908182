import { expect, it } from 'vitest'
import { signAlibaba } from '../../../src/providers/sms/alibaba/alibaba-session.ts'
import { signTencent } from '../../../src/providers/sms/tencent/tencent-session.ts'
import { signTwilio } from '../../../src/providers/sms/twilio/twilio-callbacks.ts'

/** https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature */
it('Alibaba Cloud’s own example is signed as they sign it', () => {
  const call = {
    host: 'ecs.cn-shanghai.aliyuncs.com',
    action: 'RunInstances',
    version: '2014-05-26',
    parameters: {
      RegionId: 'cn-shanghai',
      ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
    },
    nonce: '3156853299f313e23d1673dc12e1703d',
    nowMs: Date.UTC(2023, 9, 26, 10, 22, 32),
  }
  const key = { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' }

  expect(signAlibaba(call, key).headers.authorization).toBe(
    'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;' +
      'x-acs-date;x-acs-signature-nonce;x-acs-version,' +
      'Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  )
})

/** https://cloud.tencent.com/document/api/213/30654, whose secrets are asterisks. */
it('Tencent Cloud’s own example is signed as they sign it', () => {
  const call = {
    host: 'cvm.tencentcloudapi.com',
    service: 'cvm',
    action: 'DescribeInstances',
    version: '2017-03-12',
    region: 'ap-guangzhou',
    body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
    nowMs: 1_551_113_065_000,
  }
  const key = { secretId: `AKID${'*'.repeat(32)}`, secretKey: '*'.repeat(32) }

  expect(signTencent(call, key).headers.authorization).toBe(
    `TC3-HMAC-SHA256 Credential=AKID${'*'.repeat(32)}/2019-02-25/cvm/tc3_request, ` +
      'SignedHeaders=content-type;host;x-tc-action, ' +
      'Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f',
  )
})

/** https://github.com/TwilioDevEd/api-snippets/tree/master/security/signature_validation */
it.each([
  ['+14158675309', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ['+14158675310', 'GvWf1cFY/Q7PnoempGyD5oXAezc='],
])('Twilio’s own example from %s is signed as they sign it', (from, signature) => {
  const form = new URLSearchParams({
    To: '+18005551212',
    CallSid: 'CA1234567890ABCDE',
    Caller: from,
    Digits: '1234',
    From: from,
  })

  expect(signTwilio('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', form)).toBe(signature)
})
